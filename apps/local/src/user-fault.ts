export { UserFault } from "@image-pipeline/schema/user-fault";
