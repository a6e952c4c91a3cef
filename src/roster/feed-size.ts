import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

/** Where lists of staff come in; 2,000 people with every member are some 1.5 MB, all other bodies are small. */
const FEED = { method: 'POST', url: '/api/v1/people', bodyLimit: 3 * 1024 * 1024 };

interface Route {
  method: string | string[];
  url: string;
  bodyLimit?: number;
}
interface Routes {
  addHook(name: 'onRoute', hook: (route: Route) => void): unknown;
}

/** Lets this one route read a longer body. Constructed before the routes are made. */
@Injectable()
export class FeedSize {
  constructor(host: HttpAdapterHost) {
    host.httpAdapter.getInstance<Routes>().addHook('onRoute', (route) => {
      const isFeed = route.url === FEED.url && [route.method].flat().includes(FEED.method);
      if (isFeed) route.bodyLimit = FEED.bodyLimit;
    });
  }
}
