using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Translation;

/// <summary>
/// Sealed reasoning inside a thinking block's <c>signature</c>: <c>cxr1.check.meta.encrypted_content</c>. Everything needed
/// to continue a conversation travels in the client's own history, so it survives restarts and moves between machines.
/// </summary>
/// <param name="EncryptedContent">Verbatim from the upstream's <c>output_item.done</c>.</param>
/// <param name="Model">Upstream model that produced it, if known.</param>
/// <param name="ItemId">Upstream item id, if known.</param>
/// <param name="Account">First 8 hex digits of the sealing account id's SHA-256, if known.</param>
public sealed record ReasoningEnvelope(
    string EncryptedContent,
    string? Model = null,
    string? ItemId = null,
    string? Account = null
)
{
    private const string Prefix = "cxr1.";

    /// <summary>The signature text that carries this envelope.</summary>
    public string Seal()
    {
        var meta = Base64Url.EncodeToString(WriteMeta());
        return $"{Prefix}{Check(meta, EncryptedContent)}.{meta}.{EncryptedContent}";
    }

    /// <summary>Check digits of <see cref="Seal"/>: what is remembered of an envelope that was refused.</summary>
    public string Fingerprint() => Identifiers.Hex(EncryptedContent, 16);

    /// <summary>Opens a signature. False for foreign, empty, cut or edited ones.</summary>
    public static bool TryOpen(string? signature, [NotNullWhen(true)] out ReasoningEnvelope? envelope)
    {
        envelope = null;
        if (signature is null)
        {
            return false;
        }

        // Another proxy puts the bare sealed content there; sessions may move over.
        if (signature.StartsWith("gAAAA", StringComparison.Ordinal))
        {
            envelope = new ReasoningEnvelope(signature);
            return true;
        }

        if (!signature.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var parts = signature.Split('.', 4);
        if (parts.Length != 4 || parts[3].Length == 0 || parts[1] != Check(parts[2], parts[3]))
        {
            return false;
        }

        return TryReadMeta(parts[2], parts[3], out envelope);
    }

    private byte[] WriteMeta()
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, Wire.WriterOptions);
        writer.WriteStartObject();
        WriteIfPresent(writer, "m", Model);
        WriteIfPresent(writer, "i", ItemId);
        WriteIfPresent(writer, "a", Account);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteIfPresent(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    private static bool TryReadMeta(
        string meta,
        string encryptedContent,
        [NotNullWhen(true)] out ReasoningEnvelope? envelope
    )
    {
        envelope = null;
        try
        {
            using var document = SoundJson.Parse(Base64Url.DecodeFromChars(meta));
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return false;
            }

            envelope = new ReasoningEnvelope(encryptedContent, Member(root, "m"), Member(root, "i"), Member(root, "a"));
            return true;
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            // The check digits matched, so the text is what some writer sealed; a later format may simply differ inside.
            return false;
        }
    }

    private static string? Member(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Check(string meta, string encryptedContent) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{meta}.{encryptedContent}")).AsSpan(0, 4));
}
