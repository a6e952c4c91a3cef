import { render } from 'preact';
import { Console } from './first/console.js';
import { first, spendFirstAnswers } from './first/first-answers.js';
import { OfflineScreen } from './first/offline.js';
import { keepShell } from './first/keep-shell.js';
import { loadTexts } from './texts/texts.js';

/** As long as a poor link may take to bring the first room. */
const FIRST_SCREEN_MS = 5_000;

await loadTexts();
const place = document.getElementById('console');
if (place) render(first === null ? <OfflineScreen /> : <Console ways={first.ways} />, place);
setTimeout(spendFirstAnswers, FIRST_SCREEN_MS);
keepShell();
