import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { UserFault } from "@image-pipeline/schema/user-fault";
import type { RoleOwner } from "../delivery/start-delivery.ts";
import type { Connection, Credentials } from "../services/clients.ts";

/**
 * Returns the credentials of a function, a pipe or a state machine by assuming its role, as AWS does.
 *
 * @throws {UserFault} when the role cannot be assumed
 */
export async function assumeRole({ name, roleArn }: RoleOwner, connection: Connection): Promise<Credentials> {
  const sts = new STSClient(connection);
  try {
    const { Credentials: given } = await sts.send(
      new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: name }),
    );
    const {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
    } = given ?? {};
    if (!accessKeyId || !secretAccessKey || !sessionToken)
      throw new Error("the answer contains no credentials");
    return { accessKeyId, secretAccessKey, sessionToken };
  } catch (error) {
    throw new UserFault(
      `${name}: its role ${roleArn} cannot be assumed: ${error instanceof Error ? error.message : error}`,
    );
  } finally {
    sts.destroy();
  }
}
