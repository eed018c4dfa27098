namespace CodexProxy.Usage;

/// <summary>The words for the kinds in a record, as stores and answers write them: lower case, run together.</summary>
/// <typeparam name="T">The kind.</typeparam>
internal static class RecordWords<T>
    where T : struct, Enum
{
    private static readonly T[] Values = Enum.GetValues<T>();
    private static readonly string[] Words = [.. Values.Select(value => value.ToString().ToLowerInvariant())];

    /// <summary>The word.</summary>
    public static string Of(T value) => Words[Array.IndexOf(Values, value)];

    /// <summary>What the word stands for; null for another.</summary>
    public static T? Read(string? word) => Array.IndexOf(Words, word) is >= 0 and var place ? Values[place] : null;
}
