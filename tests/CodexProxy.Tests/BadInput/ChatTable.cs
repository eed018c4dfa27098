namespace CodexProxy.Tests.BadInput;

/// <summary>Bad requests of Chat Completions that need a sentence of their own.</summary>
internal static class ChatTable
{
    public static IReadOnlyList<BadRequest> Contradictions { get; } = [];
    public static IReadOnlyList<Tolerance> Tolerated { get; } = [];
}
