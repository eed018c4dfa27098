using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using CodexProxy.Telemetry;

namespace CodexProxy.Options;

/// <summary>Text that can stand in an HTTP header.</summary>
internal sealed class HeaderTextKind : SettingKind<string>
{
    public override ValueShape Shape { get; } = new("printable ASCII text of at most 256 characters", "string");

    public override bool TryRead(string text, [NotNullWhen(true)] out string? value)
    {
        value = text;
        return text.Length is > 0 and <= 256 && !text.AsSpan().ContainsAnyExceptInRange(' ', '~');
    }
}

/// <summary>The name of a model.</summary>
internal sealed class ModelNameKind : SettingKind<string>
{
    private static readonly SearchValues<char> Legal = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-:/[]@"
    );

    public override ValueShape Shape { get; } =
        new("a model name: letters, digits and . _ - : / [ ] @, at most 128 characters", "string");

    public static bool IsModelName(string text) =>
        text.Length is > 0 and <= 128 && !text.AsSpan().ContainsAnyExcept(Legal);

    public override bool TryRead(string text, [NotNullWhen(true)] out string? value)
    {
        value = text;
        return IsModelName(text);
    }
}

/// <summary>A version of three numbers.</summary>
internal sealed class VersionKind : SettingKind<string>
{
    public override ValueShape Shape { get; } = new("a version of three numbers such as 0.169.0", "string");

    public override bool TryRead(string text, [NotNullWhen(true)] out string? value)
    {
        value = text;
        return Version.TryParse(text, out var version) && version.Build >= 0 && version.ToString(3) == text;
    }
}

/// <summary>An address to bind.</summary>
internal sealed class HostKind : SettingKind<string>
{
    public override ValueShape Shape { get; } = new("an IP address, localhost, or * for all addresses", "string");

    public override bool TryRead(string text, [NotNullWhen(true)] out string? value)
    {
        value = text.ToLowerInvariant();
        return value is "*" or "localhost" || IPAddress.TryParse(value, out _);
    }
}

/// <summary>A password.</summary>
internal sealed class PasswordKind : SettingKind<Secret>
{
    public override ValueShape Shape { get; } = new("a password", "string");

    public override bool TryRead(string text, [NotNullWhen(true)] out Secret? value)
    {
        value = text.Length > 0 ? new Secret(text) : null;
        return value is not null;
    }
}

/// <summary>A file or folder, made absolute; a leading <c>~</c> is the user's folder.</summary>
internal sealed class PathKind : SettingKind<string>
{
    public override ValueShape Shape { get; } = new("a path", "string");

    public override bool TryRead(string text, [NotNullWhen(true)] out string? value)
    {
        value = text;
        return text.Length > 0 && !text.Contains('\0', StringComparison.Ordinal);
    }
}

/// <summary>An absolute URL. Tokens travel there, so plain http is only for this machine.</summary>
internal sealed class UrlKind : SettingKind<Uri>
{
    public override ValueShape Shape { get; } =
        new("an https URL without user name, query or fragment (http only to a loopback address)", "string");

    public override bool TryRead(string text, [NotNullWhen(true)] out Uri? value)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out value))
        {
            return false;
        }

        var safe = value.Scheme == Uri.UriSchemeHttps || (value.Scheme == Uri.UriSchemeHttp && value.IsLoopback);
        return safe && value.UserInfo.Length == 0 && value.Query.Length == 0 && value.Fragment.Length == 0;
    }
}
