using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace CodexProxy.Telemetry;

/// <summary>
/// A text that must never be shown: a token or a key. It prints as <c>***</c>, has no serialisable member, and gives
/// its value only to the caller that asks for it by name.
/// </summary>
[DebuggerDisplay("***")]
public sealed class Secret : IEquatable<Secret>
{
    private readonly string _value;
    private readonly byte[] _digest;

    /// <summary>Wraps a value.</summary>
    /// <param name="value">Not empty.</param>
    public Secret(string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(value);
        _value = value;
        _digest = SHA256.HashData(Encoding.UTF8.GetBytes(value));
    }

    /// <summary>Eight hex digits of the SHA-256: enough to tell two values apart in a log.</summary>
    public string Fingerprint => Convert.ToHexStringLower(_digest.AsSpan(0, 4));

    /// <summary>The value itself, for the one header or body member it belongs in.</summary>
    public string Reveal() => _value;

    /// <summary>Compares in a time that does not depend on where the values differ, nor on their lengths.</summary>
    public bool Equals(Secret? other) =>
        other is not null && CryptographicOperations.FixedTimeEquals(_digest, other._digest);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Secret);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(_digest, 0);

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => "***";
}
