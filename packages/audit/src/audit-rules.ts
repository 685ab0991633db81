import type { RenditionRules } from "./check-renditions.ts";
import type { IsCurrent } from "./judge-source.ts";
import type { Manifests, Renditions, Sources } from "./ports.ts";

export interface AuditPorts {
  sources: Sources;
  manifests: Manifests;
  renditions: Renditions;
}

export interface AuditRules extends RenditionRules {
  isCurrent: IsCurrent;
  isProcessed(key: string): boolean;
  /** Only sources whose key begins with this; empty for all, renditions without any manifest included. */
  prefix: string;
}

/** The ports and rules of an audit. */
export interface Audit {
  ports: AuditPorts;
  rules: AuditRules;
}
