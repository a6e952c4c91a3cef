import type { Reference } from '../config/secret-keys.js';
import { municipalityInArea } from '../contract/normalise.js';
import { columnOf, isEntry, type RawRecord } from './derived.js';
import type { Facts } from './decide.js';
import type { Details } from '../ledger/record.js';

/** Of the customer whose record was used: frozen in the use's record, for auditors, and in no answer. */
export interface CustomerFacts {
  municipalityCode: string;
  /** The company alone; null where the record does not say. */
  retailerCode: string | null;
  /** Keyed reference of that company; null where there is none: unknown, or under last-resort supply. */
  customerOf: string | null;
  /** Null: the record was not fetched, so nobody knows. */
  isLastResort: boolean | null;
  isFit: boolean | null;
}

/** Under last-resort supply (最終保障供給) there is no retailer. */
const NO_RETAILER = 'Z9000';

/** The five characters before the hyphen name the company; what follows is of the contract. */
function companyOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const [company = ''] = value.normalize('NFKC').trim().split('-');
  return company === '' || company.length > 20 ? null : company.toUpperCase();
}

/** What a retailer's code, as a record or the register writes it, is frozen as; null for none. */
export function retailerReference(reference: Reference, code: unknown): string | null {
  const company = companyOf(code);
  return company === null || company === NO_RETAILER ? null : reference.of('retailer', company);
}

export function customerFacts(
  record: RawRecord & { municipality_code: string },
  reference: Reference,
): CustomerFacts {
  const retailerCode = companyOf(columnOf(record, 'retailer_code'));
  const isLastResort = retailerCode === NO_RETAILER || isEntry(record, 'last_resort_supply_customer_info');
  return {
    municipalityCode: record.municipality_code,
    retailerCode,
    customerOf: isLastResort ? null : retailerReference(reference, retailerCode),
    isLastResort,
    isFit: isEntry(record, 'fit_category') || isEntry(record, 'fit_purchase_info'),
  };
}

/** Where a resource server holds the record and states no more than where the point is. */
export function statedFacts(municipalityCode: string): CustomerFacts {
  return { municipalityCode, retailerCode: null, customerOf: null, isLastResort: null, isFit: null };
}

/**
 * Pure: what the record says of the customer against the grant's organization and area of that instant. A customer
 * under last-resort supply is nobody's, hence not another retailer's; a code that is missing on either side gives null.
 */
export function auditFacts(
  { municipalityCode, retailerCode, customerOf, isLastResort, isFit }: CustomerFacts,
  { retailer_code: own, target_area: area }: Pick<Facts, 'retailer_code' | 'target_area'>,
): Details {
  const isOther = own === null || retailerCode === null ? null : retailerCode !== companyOf(own);
  return {
    is_other_retailers_customer: isLastResort === true ? false : isOther,
    customer_of: customerOf,
    is_last_resort: isLastResort,
    is_fit: isFit,
    municipality_code: municipalityCode,
    in_declared_area: municipalityInArea(municipalityCode, area),
  };
}
