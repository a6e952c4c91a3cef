import type { JSX } from 'preact';
import { DeclarationState } from '../../kit/declaration-state.js';
import { Link } from '../../kit/route.js';
import { timeText } from '../../kit/say.js';
import { Screen } from '../../kit/screen.js';
import { Listing } from '../../screens/listing.js';
import { s } from '../../screens/texts.js';
import { co } from './texts.js';

export function DeclarationsScreen(): JSX.Element {
  const texts = co();
  return (
    <Screen title={texts.declarations}>
      <Listing
        path="/api/v1/declarations"
        caption={texts.declarations}
        idOf={({ id }) => id}
        columns={[
          { name: 'name', head: texts.name, cell: (row) => row.name },
          { name: 'state', head: s().state, cell: (row) => <DeclarationState of={row} /> },
          { name: 'id', head: s().declarationNumber, cell: (row) => <code>{row.id}</code> },
          { name: 'number', head: texts.number, cell: (row) => row.number },
          { name: 'end', head: texts.end, cell: (row) => timeText(row.lifted_at ?? row.hard_end_at) },
          {
            name: 'certificate',
            head: texts.certificate,
            cell: (row) =>
              !row.live && <Link to={`/declarations/${row.id}/certificate`}>{texts.certificate}</Link>,
          },
        ]}
      />
    </Screen>
  );
}
