import { UserFault } from "@image-pipeline/schema/user-fault";
import { computedAttribute, dataSourceAttribute, type Place } from "./computed-attributes.ts";
import type { StackFile } from "./stack-file.ts";

const REFERENCE = /\$?\$\{([^{}]*)\}/g;
const DATA = /^data\.(\w+)\.[\w-]+\.(\w+)$/;
const RESOURCE = /^(\w+)\.([\w-]+)\.(\w+)$/;
/** Limit for a chain of references; a longer one is a circle. */
const MAX_DEPTH = 20;

/** Replaces the references in a stack's values with the values they refer to. */
export interface References {
  /**
   * @param at the place of the value, for messages: `ADDRESS.ATTRIBUTE`
   * @throws {UserFault} naming stack, place and reference when it is not a plain one
   */
  resolve(value: unknown, at: string, depth?: number): unknown;
  /** @throws {UserFault} as `resolve` */
  attribute(type: string, id: string, attribute: string): unknown;
}

/** Resolves references within one stack: `${TYPE.ID.ATTRIBUTE}` and the account, region and partition data sources. */
export function referencesOf(stack: StackFile, place: Place): References {
  const fault = (at: string, what: string) =>
    new UserFault(
      `stack ${stack.name}: ${at} ${what}: write it as a plain reference, or add support for it in apps/local/src/terraform`,
    );

  function attribute(type: string, id: string, name: string, at: string, depth: number): unknown {
    const values = stack.resources[type]?.[id];
    if (!values) throw fault(at, `refers to ${type}.${id}, which is not in this stack`);
    if (values[name] !== undefined) return resolve(values[name], `${type}.${id}.${name}`, depth + 1);
    const computed = computedAttribute(type, name);
    const names = computed?.nameIn.map((part) => attribute(type, id, part, at, depth + 1)) ?? [];
    if (computed === undefined || names.some((part) => typeof part !== "string"))
      throw fault(at, `needs ${type}.${id}.${name}, which is not supported here`);
    return computed.compute(names.join(":"), place);
  }

  function expression(text: string, at: string, depth: number): unknown {
    const [, dataType, dataAttribute] = DATA.exec(text) ?? [];
    if (dataType && dataAttribute) {
      const answer = dataSourceAttribute(dataType, dataAttribute, place);
      if (answer !== undefined) return answer;
    } else {
      const [, type, id, name] = RESOURCE.exec(text) ?? [];
      if (type && id && name) return attribute(type, id, name, at, depth);
    }
    throw fault(at, `holds \${${text}}, which is not resolved here`);
  }

  function resolveText(value: string, at: string, depth: number): unknown {
    if (depth > MAX_DEPTH) throw fault(at, "refers to itself");
    const whole = /^\$\{([^{}]*)\}$/.exec(value);
    if (whole?.[1] !== undefined) return expression(whole[1], at, depth);
    return value.replace(REFERENCE, (match, text: string) =>
      match.startsWith("$$") ? match.slice(1) : String(expression(text, at, depth)),
    );
  }

  function resolve(value: unknown, at: string, depth = 0): unknown {
    if (typeof value === "string") return resolveText(value, at, depth);
    if (Array.isArray(value)) return value.map((item) => resolve(item, at, depth));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner, at, depth)]));
  }

  return { resolve, attribute: (type, id, name) => attribute(type, id, name, `${type}.${id}`, 0) };
}
