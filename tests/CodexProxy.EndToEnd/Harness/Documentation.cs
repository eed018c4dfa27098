namespace CodexProxy.EndToEnd.Harness;

/// <summary>Blocks of the documentation, to be run as they stand there.</summary>
public static class Documentation
{
    private const string Address = "http://127.0.0.1:8082";

    /// <summary>The blocks of one language under one heading of <c>docs/other-clients.md</c>, led to a scenario's gateway.</summary>
    public static IReadOnlyList<string> Blocks(Stage stage, string heading, string language)
    {
        var path = Path.Combine(SourceTree.Folder, "..", "..", "docs", "other-clients.md");
        var section = File.ReadAllText(path)
            .Split("\n## ")
            .Single(text => text.StartsWith(heading + "\n", StringComparison.Ordinal));
        return
        [
            .. section
                .Split("```" + language + "\n")
                .Skip(1)
                .Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)])
                .Select(block =>
                    block.Replace(Address, stage.Gateway.ToString().TrimEnd('/'), StringComparison.Ordinal)
                ),
        ];
    }
}
