export { auditInventories } from "./audit-inventories.ts";
export { type Inventory, readInventoryManifest } from "./inventory.ts";
export { type Inventories, inventoryImages, type OpenInventory } from "./inventory-images.ts";
export { inventoryPlace } from "./inventory-place.ts";
