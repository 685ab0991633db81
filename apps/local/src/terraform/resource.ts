import { UserFault } from "@image-pipeline/schema/user-fault";
import type { z } from "zod";
import type { ResourceType } from "./resource-type.ts";

/** A managed resource with all references resolved, from a stack or from a state. */
export interface Resource {
  /** The stack's name or the state's file, for messages. */
  origin: string;
  type: string;
  /** Terraform's address, such as `aws_sqs_queue.Renditions`. */
  address: string;
  /** Relative paths in its values start here. */
  folder: string;
  values: Readonly<Record<string, unknown>>;
}

/**
 * Parses the values of every resource of one type.
 *
 * @throws {UserFault} naming the resource and its invalid attributes
 */
export function parseAll<Shape extends z.ZodObject>(
  resources: readonly Resource[],
  { type, shape }: ResourceType<Shape>,
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
