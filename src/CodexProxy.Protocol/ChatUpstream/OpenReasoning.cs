using System.Buffers.Text;
using System.Text;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.ChatUpstream;

/// <summary>
/// Reasoning that a Chat provider sends as plain text, in the place where the Codex backend has it sealed. So it comes back
/// in the client's history on the ways that are there already.
/// </summary>
public static class OpenReasoning
{
    private const string Mark = "chat1.";

    /// <summary>The text in the form of sealed content. Nothing is hidden by it.</summary>
    public static string Wrap(string text) => Mark + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    /// <summary>Whether content came from <see cref="Wrap"/>.</summary>
    public static bool IsWrapped(string content) => content.StartsWith(Mark, StringComparison.Ordinal);

    private static bool IsWrapped(InputItem item) =>
        item is ReasoningItem reasoning && IsWrapped(reasoning.EncryptedContent);

    /// <summary>The body without any such content: the Codex backend would refuse it as none of its own.</summary>
    public static ResponsesRequest Without(ResponsesRequest body) =>
        body.Input.Any(IsWrapped) ? body with { Input = [.. body.Input.Where(item => !IsWrapped(item))] } : body;

    /// <summary>The text; null for content of any other origin.</summary>
    public static string? Unwrap(string content)
    {
        if (!IsWrapped(content))
        {
            return null;
        }

        try
        {
            return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(content.AsSpan(Mark.Length)));
        }
        catch (FormatException)
        {
            // Cut or edited on its way through the client.
            return null;
        }
    }
}
