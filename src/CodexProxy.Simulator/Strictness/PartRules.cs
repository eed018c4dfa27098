using System.Text.Json;

namespace CodexProxy.Simulator.Strictness;

/// <summary>Rules about content parts and call outputs.</summary>
internal static class PartRules
{
    public static HttpReply? Content(JsonElement content, string path, bool assistant)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            return null;
        }

        return Each(
            content,
            path,
            assistant ? ["output_text", "refusal"] : ["input_text", "input_image", "input_file"]
        );
    }

    public static HttpReply? Output(JsonElement output, string path) =>
        output.ValueKind == JsonValueKind.String
            ? null
            : Each(output, path, ["input_text", "input_image", "encrypted_content"]);

    private static HttpReply? Each(JsonElement parts, string path, string[] types)
    {
        if (parts.ValueKind != JsonValueKind.Array)
        {
            return MemberRules.WrongType(parts, path, "one of a string or array of objects");
        }

        var index = 0;
        foreach (var part in parts.EnumerateArray())
        {
            var where = $"{path}[{index++}]";
            var refusal =
                MemberRules.Object(part, where) ?? MemberRules.OneOf(part, where, "type", types) ?? One(part, where);
            if (refusal is not null)
            {
                return refusal;
            }
        }

        return null;
    }

    private static HttpReply? One(JsonElement part, string path) =>
        part.GetProperty("type").GetString() switch
        {
            "input_text" => MemberRules.Known(part, path, ["type", "text"]) ?? MemberRules.Text(part, path, "text"),
            "output_text" => MemberRules.Known(part, path, ["type", "text", "annotations", "logprobs"])
                ?? MemberRules.Text(part, path, "text"),
            "refusal" => MemberRules.Known(part, path, ["type", "refusal"]) ?? MemberRules.Text(part, path, "refusal"),
            "input_image" => MemberRules.Known(part, path, ["type", "image_url", "detail"])
                ?? MemberRules.Text(part, path, "image_url")
                ?? MemberRules.OneOfIfPresent(part, path, "detail", "auto", "low", "high", "original")
                ?? MediaRules.Image(part.GetProperty("image_url").GetString()!, $"{path}.image_url"),
            "input_file" => MemberRules.Known(part, path, ["type", "filename", "file_data", "file_url"])
                ?? MediaRules.File(part, path),
            _ => MemberRules.Text(part, path, "encrypted_content"),
        };
}
