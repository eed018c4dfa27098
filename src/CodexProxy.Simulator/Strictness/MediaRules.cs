using System.Buffers.Text;
using System.Text.Json;

namespace CodexProxy.Simulator.Strictness;

/// <summary>Images must be images of the type they claim, files must be PDFs.</summary>
internal static class MediaRules
{
    public static HttpReply? Image(string url, string param)
    {
        if (url.StartsWith("https://", StringComparison.Ordinal))
        {
            return null;
        }

        if (!TryReadDataUrl(url, out var mediaType, out var bytes))
        {
            return HttpReply.Error(
                400,
                $"Invalid '{param}'. Expected a base64-encoded data URL with an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got a value without the 'data:image' prefix or without valid base64.",
                "invalid_value",
                param
            );
        }

        if (mediaType is not ("image/png" or "image/jpeg" or "image/webp" or "image/gif"))
        {
            return HttpReply.Error(
                400,
                $"You uploaded an unsupported image. Please make sure your image has of one the following formats: ['png', 'jpeg', 'gif', 'webp'].",
                "unsupported_image_media_type",
                param
            );
        }

        return SniffImage(bytes) == mediaType
            ? null
            : HttpReply.Error(
                400,
                "The image data you provided does not represent a valid image. Please check your input and try again with one of the supported image formats.",
                "invalid_image",
                param
            );
    }

    public static HttpReply? File(JsonElement part, string path)
    {
        if (MemberRules.Read(part, "file_url") is { } url)
        {
            return url.StartsWith("https://", StringComparison.Ordinal)
                ? null
                : HttpReply.Error(400, $"Invalid '{path}.file_url': not a URL.", "invalid_value", $"{path}.file_url");
        }

        if ((MemberRules.Text(part, path, "filename") ?? MemberRules.Text(part, path, "file_data")) is { } missing)
        {
            return missing;
        }

        var isPdf =
            TryReadDataUrl(part.GetProperty("file_data").GetString()!, out var mediaType, out var bytes)
            && mediaType == "application/pdf"
            && bytes.AsSpan().StartsWith("%PDF-"u8);
        return isPdf
            ? null
            : HttpReply.Error(
                400,
                "The file data you provided does not represent a valid PDF.",
                "invalid_file",
                $"{path}.file_data"
            );
    }

    private static bool TryReadDataUrl(string url, out string mediaType, out byte[] bytes)
    {
        (mediaType, bytes) = ("", []);
        const string marker = ";base64,";
        var at = url.IndexOf(marker, StringComparison.Ordinal);
        if (!url.StartsWith("data:", StringComparison.Ordinal) || at < 0)
        {
            return false;
        }

        mediaType = url[5..at];
        var data = url.AsSpan(at + marker.Length);
        if (data.IsEmpty || !Base64.IsValid(data))
        {
            return false;
        }

        bytes = Convert.FromBase64String(data.ToString());
        return true;
    }

    // Only the head is looked at: enough to tell a text or a cut-off blob from an image, without a decoder.
    private static string? SniffImage(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];
        if (bytes.StartsWith(png) && bytes.Length > 16 && bytes[12..16].SequenceEqual("IHDR"u8))
        {
            return "image/png";
        }

        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
        {
            return "image/jpeg";
        }

        if (bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8))
        {
            return "image/gif";
        }

        return bytes.Length > 12 && bytes.StartsWith("RIFF"u8) && bytes[8..12].SequenceEqual("WEBP"u8)
            ? "image/webp"
            : null;
    }
}
