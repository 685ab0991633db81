import type { z } from "zod";

/** A Terraform resource type that does something here. */
export interface ResourceType<Shape extends z.ZodObject = z.ZodObject> {
  type: string;
  /** The attributes that are used. */
  shape: Shape;
  /** The attributes that have no effect here. Any other attribute stops the start, so nothing is skipped silently. */
  inert: readonly string[];
}

export function resourceType<Shape extends z.ZodObject>(type: ResourceType<Shape>): ResourceType<Shape> {
  return type;
}
