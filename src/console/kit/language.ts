export type Language = 'ja' | 'en';

/** The service chose it from the cookie, else from Accept-Language, and wrote it into the page. */
export const language: Language = document.documentElement.lang === 'en' ? 'en' : 'ja';

/** Chosen for a year; the page is loaded anew, so that every text and every answer speaks it. */
export function chooseLanguage(chosen: Language): void {
  document.cookie = `kashikagi_language=${chosen}; path=/; max-age=31536000; samesite=strict`;
  location.reload();
}

/**
 * A catalogue of texts, of which only the chosen language is loaded. `now()` before `load()` is an error of ours: a
 * room loads its texts before its screens.
 */
export function catalogue<T>(of: Record<Language, () => Promise<T>>): {
  load: () => Promise<void>;
  now: () => T;
} {
  let loaded: T | undefined;
  return {
    async load() {
      loaded = await of[language]();
    },
    now() {
      if (loaded === undefined) throw new Error('texts are loaded before they are shown');
      return loaded;
    },
  };
}
