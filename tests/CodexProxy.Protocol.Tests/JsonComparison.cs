using System.Text.Json;

namespace CodexProxy.Protocol.Tests;

/// <summary>Compares JSON by value and names the place where two trees part.</summary>
internal static class JsonComparison
{
    public static void ShouldBeSame(JsonElement actual, JsonElement expected, string where)
    {
        actual.ValueKind.ShouldBe(expected.ValueKind, $"{where}: {Short(actual)} against {Short(expected)}");
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                var names = actual.EnumerateObject().Select(member => member.Name).Order();
                names.ShouldBe(expected.EnumerateObject().Select(member => member.Name).Order(), $"{where}: members");
                foreach (var member in expected.EnumerateObject())
                {
                    ShouldBeSame(actual.GetProperty(member.Name), member.Value, $"{where}.{member.Name}");
                }

                break;
            case JsonValueKind.Array:
                actual
                    .GetArrayLength()
                    .ShouldBe(expected.GetArrayLength(), $"{where}: {Short(actual)} against {Short(expected)}");
                for (var i = 0; i < expected.GetArrayLength(); i++)
                {
                    ShouldBeSame(actual[i], expected[i], $"{where}[{i}]");
                }

                break;
            case JsonValueKind.String:
                actual.GetString().ShouldBe(expected.GetString(), where);
                break;
            default:
                actual.GetRawText().ShouldBe(expected.GetRawText(), where);
                break;
        }
    }

    private static string Short(JsonElement element)
    {
        var text = element.GetRawText();
        return text.Length > 300 ? text[..300] + "…" : text;
    }
}
