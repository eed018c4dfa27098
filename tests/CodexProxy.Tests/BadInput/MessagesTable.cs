namespace CodexProxy.Tests.BadInput;

/// <summary>Bad requests of the Messages API that need a sentence of their own.</summary>
internal static class MessagesTable
{
    public static IReadOnlyList<BadRequest> Contradictions { get; } = [];
    public static IReadOnlyList<Tolerance> Tolerated { get; } = [];
}
