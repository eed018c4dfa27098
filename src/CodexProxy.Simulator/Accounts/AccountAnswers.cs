namespace CodexProxy.Simulator.Accounts;

/// <summary>The two endpoints that tell an account about itself.</summary>
internal static class AccountAnswers
{
    public static HttpReply Usage(SimulatedAccount account) =>
        HttpReply.Json(
            200,
            writer =>
            {
                writer.WriteString("user_id"u8, account.UserId);
                writer.WriteString("account_id"u8, account.Id);
                writer.WriteString("email"u8, account.Email);
                account.Quota.WriteUsage(writer);
            }
        );

    public static HttpReply Check(SimulatedAccount account) =>
        HttpReply.Json(
            200,
            writer =>
            {
                writer.WriteStartArray("accounts"u8);
                writer.WriteStartObject();
                writer.WriteString("id"u8, account.Id);
                writer.WriteNull("name"u8);
                writer.WriteString("structure"u8, "personal"u8);
                writer.WriteString("plan_type"u8, account.PlanType);
                writer.WriteString("role"u8, "account-owner"u8);
                writer.WriteBoolean("is_deactivated"u8, account.IsDeactivated);
                writer.WriteBoolean("can_access_with_session"u8, true);
                writer.WriteBoolean("is_fedramp_compliant_workspace"u8, false);
                writer.WriteNull("sso_connection_name"u8);
                writer.WriteNull("profile_picture_url"u8);
                writer.WriteString("workspace_backend_origin"u8, account.BackendOrigin);
                writer.WriteString("account_routing_override"u8, account.RoutingOverride);
                writer.WriteEndObject();
                writer.WriteEndArray();
                writer.WriteString("default_account_id"u8, account.Id);
                writer.WriteStartArray("account_ordering"u8);
                writer.WriteStringValue(account.Id);
                writer.WriteEndArray();
            }
        );
}
