import { GrantView } from '../../grants/grants.dto.js';
import { FindingView } from './findings.dto.js';
import {
  Shown,
  ShownList,
  ShownObject,
  ShownOrNull,
  ShownParts,
  ShownTime,
  ShownTimeOrNull,
} from './shown.js';

export class PersonVersion {
  @Shown(1) version!: number;
  @ShownTime() at!: string;
  @ShownOrNull('ch_Qy3f8sJm2aWb0T1x', '二人が合意した変更案') change_id!: string | null;
  @ShownObject({ role: 'operator', employment: 'employee' }) facts!: Record<string, unknown>;
}

export class PersonSession {
  @Shown('se_Qy3f8sJm2aWb0T1x') id!: string;
  @Shown('passkey') method!: string;
  @ShownOrNull('corporate') provider!: string | null;
  @Shown('operator', 'サインインしたときの役割') role!: string;
  @Shown('retailer-a') organization_id!: string;
  @ShownTime() created_at!: string;
  @ShownTimeOrNull() stepped_up_at!: string | null;
  @ShownTime() last_seen_at!: string;
  @ShownTime() expires_at!: string;
  @ShownTimeOrNull() ended_at!: string | null;
  @ShownOrNull('signed_out') end_cause!: string | null;
  @Shown('rc_Qy3f8sJm2aWb0T1x', 'サインインの記録') record_id!: string;
}

/** The newest 200 grants, sessions and findings; the counts are of all. */
export class PersonPage {
  @ShownObject({ id: 'operator-a-01', role: 'operator' }) person!: Record<string, unknown>;
  @ShownList(['operator-b-07']) also_known_as!: string[];
  @ShownParts(() => PersonVersion) versions!: PersonVersion[];
  @Shown(3) grant_count!: number;
  @ShownParts(() => GrantView) grants!: GrantView[];
  @Shown(12) session_count!: number;
  @ShownParts(() => PersonSession) sessions!: PersonSession[];
  @ShownParts(() => FindingView) findings!: FindingView[];
}
