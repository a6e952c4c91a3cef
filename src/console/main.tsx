import { render } from 'preact';
import { Console } from './first/console.js';
import { first } from './first/first-answers.js';
import { OfflineScreen } from './first/offline.js';
import { keepShell } from './first/keep-shell.js';
import { loadTexts } from './texts/texts.js';

await loadTexts();
const place = document.getElementById('console');
if (place) render(first === null ? <OfflineScreen /> : <Console ways={first.ways} />, place);
keepShell();
