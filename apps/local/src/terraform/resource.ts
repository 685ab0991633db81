import type { z } from "zod";
import { UserFault } from "../user-fault.ts";

/** A managed resource with every value resolved, whichever file it was read from. */
export interface Resource {
  /** Where it stands, for messages: the stack's name or the state's file. */
  origin: string;
  type: string;
  /** Terraform's address, such as `aws_sqs_queue.Renditions`. */
  address: string;
  /** Relative paths in its values start here. */
  folder: string;
  values: Readonly<Record<string, unknown>>;
}

/**
 * The values of every resource of one type, parsed.
 *
 * @throws {UserFault} naming the resource and what is wrong with it
 */
export function parseAll<Shape extends z.ZodType<object>>(
  resources: readonly Resource[],
  type: string,
  shape: Shape,
): (z.output<Shape> & { resource: Resource })[] {
  return resources
    .filter((resource) => resource.type === type)
    .map((resource) => {
      const parsed = shape.safeParse(resource.values);
      if (parsed.success) return { ...parsed.data, resource };
      const faults = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
      throw new UserFault(`${resource.origin}: ${resource.address}: ${faults.join("; ")}`);
    });
}
