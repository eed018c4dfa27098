using System.Text;

namespace CodexProxy.Clients;

/// <summary>What a person is shown before a settings file is changed: no key in it.</summary>
internal static class SettingsDiff
{
    /// <summary>The difference in the unified form, without its head.</summary>
    /// <param name="before">Null for no file.</param>
    /// <param name="after">Null for no file.</param>
    public static IReadOnlyList<string> Of(byte[]? before, byte[]? after) =>
        LineDiff.Of(Text(before), Text(after), Shown(before), Shown(after));

    private static string Text(byte[]? content) => Encoding.UTF8.GetString(Plain(content));

    private static string Shown(byte[]? content) => content is null ? "" : SecretMask.Hide(Plain(content));

    private static ReadOnlySpan<byte> Plain(byte[]? content) =>
        content.AsSpan().StartsWith("\uFEFF"u8) ? content.AsSpan(3) : content;
}
