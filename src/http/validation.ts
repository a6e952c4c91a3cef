import {
  Injectable,
  ValidationPipe,
  type ArgumentMetadata,
  type Type,
  type ValidationError,
} from '@nestjs/common';
import { DomainError, type InputFault } from '../contract/domain-error.js';

/** Unknown members, wrong types, bad text: refused, with the place of each fault as a JSON pointer. */
@Injectable()
export class InputPipe extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      transform: true,
      stopAtFirstError: true,
      exceptionFactory: (errors) =>
        new DomainError('invalid_input', { faults: errors.flatMap((one) => faultsOf(one, '')) }),
    });
  }

  /**
   * What class-transformer leaves out before anybody can call it unknown: names that an object or the class
   * has already (`toString`, a getter).
   */
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { metatype, type } = metadata;
    if (metatype !== undefined && (type === 'body' || type === 'query')) refuseTaken(value, metatype);
    return (await super.transform(value, metadata)) as unknown;
  }
}

function refuseTaken(value: unknown, metatype: Type): void {
  const own = metatype === Object ? {} : (metatype.prototype as object);
  const faults = [...takenNames(value, own, '')].map((pointer) => ({
    pointer,
    detail: NO_SUCH_MEMBER,
  }));
  if (faults.length > 0) throw new DomainError('invalid_input', { faults });
}

function* takenNames(value: unknown, prototype: object, at: string): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    const pointer = `${at}/${escaped(name)}`;
    if (!Array.isArray(value) && name in prototype) yield pointer;
    yield* takenNames(member, Object.prototype, pointer);
  }
}

const NO_SUCH_MEMBER = 'この名前の項目はありません / there is no member of this name';

/** Of rules that no member bears: the pipe itself refuses. All others say it in `contract/fields.ts`. */
const OF_THE_PIPE: Readonly<Record<string, string>> = {
  whitelistValidation: NO_SUCH_MEMBER,
  unknownValue: '組（オブジェクト）にしてください / must be an object',
  nestedValidation: '組（オブジェクト）にしてください / must be an object',
};

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** An error without a property is about the whole body: it is no object. */
function faultsOf(error: ValidationError, at: string): InputFault[] {
  const property = error.property as string | undefined;
  const pointer = property === undefined ? at : `${at}/${escaped(property)}`;
  const own = Object.entries(error.constraints ?? {}).map(([rule, detail]) => ({
    pointer,
    detail: OF_THE_PIPE[rule] ?? detail,
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => faultsOf(child, pointer))];
}
