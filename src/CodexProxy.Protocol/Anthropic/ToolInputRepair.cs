using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Anthropic;

/// <summary>Makes a tool input valid JSON when all it lacks is its end.</summary>
public static class ToolInputRepair
{
    /// <summary>Repairs an input: empty becomes <c>{}</c>, open strings and brackets are closed once.</summary>
    /// <param name="input">Input as the model wrote it.</param>
    /// <param name="repaired">Valid JSON, or <paramref name="input"/> unchanged when false is returned.</param>
    public static bool TryRepair(string input, out string repaired)
    {
        repaired = string.IsNullOrWhiteSpace(input) ? "{}" : input;
        if (IsJson(repaired))
        {
            return true;
        }

        var closed = CloseOpenEnds(input);
        if (!IsJson(closed))
        {
            return false;
        }

        repaired = closed;
        return true;
    }

    private static bool IsJson(string text)
    {
        var reader = new Utf8JsonReader(
            Encoding.UTF8.GetBytes(text),
            new JsonReaderOptions { MaxDepth = Wire.MaxDepth }
        );
        try
        {
            while (reader.Read()) { }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string CloseOpenEnds(string input)
    {
        var open = new Stack<char>();
        bool inString = false,
            escaped = false;
        foreach (var c in input)
        {
            if (inString)
            {
                inString = escaped || c != '"';
                escaped = !escaped && c == '\\';
            }
            else if (c == '"')
            {
                inString = true;
            }
            else if (c is '{' or '[')
            {
                open.Push(c == '{' ? '}' : ']');
            }
            else if (c is '}' or ']')
            {
                open.TryPop(out _);
            }
        }

        var closed = new StringBuilder(input, input.Length + open.Count + 1);
        if (inString)
        {
            // A lone backslash at the cut would swallow the closing quote.
            closed.Length -= escaped ? 1 : 0;
            closed.Append('"');
        }

        return closed.AppendJoin("", open).ToString();
    }
}
