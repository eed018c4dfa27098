using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Relay;

/// <summary>
/// Finds the name of the folder that Claude Code works in: the last part of the path in the environment section, which stands
/// in its system prompt or, in newer versions, in a system message or reminder near the beginning. Nothing else is read.
/// </summary>
internal static class ProjectName
{
    // The environment stands in the first messages; what follows is the conversation.
    private const int Searched = 8;
    private const int MaxLength = 100;
    private const string Line = "Primary working directory: ";
    private const string Section = "<env>";
    private const string OldLine = "Working directory: ";
    private const string Reminder = "<system-reminder>";

    /// <summary>The name; <c>~</c> for a user's own folder; null when none is told.</summary>
    public static string? Find(ResponsesRequest body)
    {
        if (Of(body.Instructions) is { } named)
        {
            return named;
        }

        foreach (var item in body.Input.Take(Searched).OfType<MessageItem>())
        {
            foreach (var text in item.Content.OfType<InputText>())
            {
                // What a person wrote is not looked into.
                var isClients = item.Role == "developer" || text.Text.StartsWith(Reminder, StringComparison.Ordinal);
                if (isClients && Of(text.Text) is { } found)
                {
                    return found;
                }
            }
        }

        return null;
    }

    private static string? Of(string? text)
    {
        if (text is null)
        {
            return null;
        }

        if (After(text, Line) is { } path)
        {
            return Last(path);
        }

        var section = text.IndexOf(Section, StringComparison.Ordinal);
        return section >= 0 && After(text[section..], OldLine) is { } old ? Last(old) : null;
    }

    private static string? After(string text, string mark)
    {
        var start = text.IndexOf(mark, StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }

        var rest = text.AsSpan(start + mark.Length);
        var end = rest.IndexOfAny('\r', '\n');
        return (end < 0 ? rest : rest[..end]).Trim().ToString();
    }

    private static string? Last(string path)
    {
        var isWindows = path.Length > 2 && char.IsAsciiLetter(path[0]) && path[1] == ':';
        if (!isWindows && !path.StartsWith('/') && !path.StartsWith(@"\\", StringComparison.Ordinal))
        {
            return null;
        }

        char[] separators = path.StartsWith('/') ? ['/'] : ['/', '\\'];
        var parts = path.Split(separators, StringSplitOptions.RemoveEmptyEntries);
        // The first part of a Windows path is its drive.
        if (parts.Length < (isWindows ? 2 : 1) || parts[^1].Length > MaxLength || parts[^1].Any(char.IsControl))
        {
            return null;
        }

        // A user's own folder bears the user's name.
        return parts is ["root"] or [.., "home" or "Users", _] ? "~" : parts[^1];
    }
}
