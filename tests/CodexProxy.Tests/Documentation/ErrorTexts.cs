using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace CodexProxy.Tests.Documentation;

/// <summary>Every error text that the sources can show to a person or a client.</summary>
internal static partial class ErrorTexts
{
    // Type → the parameters of its constructors or methods that end before somebody's eyes.
    private static readonly Dictionary<string, string[]> Shown = new()
    {
        ["ClientError"] = ["Message"],
        ["OpenAIError"] = ["Message"],
        ["PlainError"] = ["Message"],
        ["OptionError"] = ["Problem"],
        ["SignInFailure"] = ["Message"],
        ["Terminal"] = ["text"],
        ["SymbolResult"] = ["errorMessage"],
        ["SignInPage"] = ["title"],
        ["Refused"] = ["Error"],
        ["SignInProgress"] = ["Message"],
    };

    // Programming errors: nobody is shown them, the log keeps them.
    private static readonly string[] Internal =
    [
        "InvalidOperationException",
        "NotSupportedException",
        "ArgumentException",
        "ArgumentOutOfRangeException",
        "ArgumentNullException",
        "OperationCanceledException",
        "TaskCanceledException",
        "TimeoutException",
        "HttpRequestException",
        "JsonException",
    ];

    // They travel the same way and tell of success.
    private static readonly string[] Good = ["Signed in as ", "You are signed in"];

    /// <summary>The texts, with the place of one that says it.</summary>
    public static IReadOnlyDictionary<string, string> Collect()
    {
        var source = new SourceText();
        var flow = new TextFlow(source);
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (method, site) in source.AllCalls)
        {
            foreach (var parameter in method.Parameters.Where(one => IsShown(method, one)))
            {
                if (site.ArgumentOf(parameter) is { } argument)
                {
                    var place = site.Node.GetLocation().GetLineSpan();
                    foreach (var text in flow.Of(argument).Where(IsOurs))
                    {
                        texts.TryAdd(text, $"{Path.GetFileName(place.Path)}:{place.StartLinePosition.Line + 1}");
                    }
                }
            }
        }

        return texts;
    }

    // Where less than two words are ours, the text is somebody else's: the upstream's reason, an account's name.
    private static bool IsOurs(string text) =>
        Words().Count(text) >= 2
        && !text.StartsWith("codex-cli: ", StringComparison.Ordinal)
        && !Good.Any(start => text.StartsWith(start, StringComparison.Ordinal));

    [GeneratedRegex(@"(?<![\w.…])[A-Za-z][a-z']+(?=[\s,.:;)]|$)")]
    private static partial Regex Words();

    private static bool IsShown(IMethodSymbol method, IParameterSymbol parameter)
    {
        var type = method.ContainingType;
        if (type.Name == "Terminal" && method.Name != "Error")
        {
            return false;
        }

        return Shown.TryGetValue(type.Name, out var names)
            ? (method.MethodKind == MethodKind.Constructor || type.Name is "Terminal" or "SymbolResult")
                && names.Contains(parameter.Name)
            : method.MethodKind == MethodKind.Constructor
                && IsException(type)
                && !Internal.Contains(type.Name)
                && parameter.Name is "message"
                && parameter.Type.SpecialType == SpecialType.System_String;
    }

    private static bool IsException(INamedTypeSymbol? type) =>
        type is not null && (type.Name == "Exception" || IsException(type.BaseType));
}
