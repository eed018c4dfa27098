using System.IO.Compression;
using System.Text;

namespace CodexProxy.Tests.BadInput;

/// <summary>What can be wrong with a body as a whole, and with what its headers say of it.</summary>
internal static class BodyFaults
{
    public const string NoJson = "no JSON";
    public const string WrongRoot = "no object";
    public const string Encoding = "other text encoding";
    public const string Coding = "content coding";
    public const string ContentType = "content type";

    public static IEnumerable<BadRequest> Of(string json)
    {
        var good = System.Text.Encoding.UTF8.GetBytes(json);
        foreach (var text in (string[])["", " ", "\r\n\t ", "\0", "\0\0\0\0", "hello", "model=x&stream=true", "<a/>"])
        {
            yield return new BadRequest(NoJson, "", System.Text.Encoding.UTF8.GetBytes(text));
        }

        foreach (var (before, after) in (IEnumerable<(string, string)>)Around(json))
        {
            yield return new BadRequest(NoJson, "", System.Text.Encoding.UTF8.GetBytes(before + json + after));
        }

        foreach (var spoilt in Spoilt(json))
        {
            yield return new BadRequest(NoJson, "", System.Text.Encoding.UTF8.GetBytes(spoilt));
        }

        foreach (
            var root in (string[])["null", "true", "false", "7", "-0", "1e999", "\"text\"", "[]", "[1]", $"[{json}]"]
        )
        {
            yield return new BadRequest(WrongRoot, "", System.Text.Encoding.UTF8.GetBytes(root));
        }

        foreach (var bad in Encodings(json, good).Concat(Codings(good)).Concat(Types(good)))
        {
            yield return bad;
        }
    }

    /// <summary>Zeros that are a thousandth of their size on the wire.</summary>
    /// <param name="coding">How they are packed.</param>
    /// <param name="megabytes">Their size when unpacked.</param>
    public static byte[] Bomb(string coding, int megabytes)
    {
        // Members of gzip may follow each other; of the others one stream must do.
        var (size, times) = coding == "gzip" ? (16, megabytes / 16) : (megabytes, 1);
        using var packed = new MemoryStream();
        using (var packer = Packer(coding, packed))
        {
            var zeros = new byte[1024 * 1024];
            for (var i = 0; i < size; i++)
            {
                packer.Write(zeros);
            }
        }

        return [.. Enumerable.Repeat(packed.ToArray(), times).SelectMany(bytes => bytes)];
    }

    public static byte[] Pack(string coding, byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var packer = Packer(coding, packed))
        {
            packer.Write(bytes);
        }

        return packed.ToArray();
    }

    private static Stream Packer(string coding, Stream output) =>
        coding switch
        {
            "br" => new BrotliStream(output, CompressionLevel.Optimal, leaveOpen: true),
            "deflate" => new ZLibStream(output, CompressionLevel.Optimal, leaveOpen: true),
            _ => new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true),
        };

    private static (string, string)[] Around(string json) =>
        [
            ("", "x"),
            ("", "}"),
            ("", ","),
            ("", "\0"),
            ("", json),
            ("", "\n" + json),
            ("", " null"),
            ("x", ""),
            (",", ""),
            ("\0", ""),
            ("{", ""),
            ("[", ""),
            ("data: ", "\n\n"),
            ("// comment\n", ""),
            ("", "/* comment */"),
            (")]}',\n", ""),
        ];

    private static string[] Spoilt(string json) =>
        [
            json.Replace('"', '\''),
            json.Replace(":", "=", StringComparison.Ordinal),
            json.Replace("\"model\"", "model", StringComparison.Ordinal),
            json.Replace("}", ",}", StringComparison.Ordinal),
            json.Replace("]", ",]", StringComparison.Ordinal),
            json.Replace("{", "{/**/", StringComparison.Ordinal),
            json.Replace("{", "{\u00a0", StringComparison.Ordinal),
            json.Replace(": ", ":\u0001", StringComparison.Ordinal)
                .Replace("\":", "\"\u0001:", StringComparison.Ordinal),
            json.Replace("true", "True", StringComparison.Ordinal).Replace("false", "False", StringComparison.Ordinal),
            json.Replace("\"model\":\"", "\"model\":\"\t", StringComparison.Ordinal),
            json.Replace("\"model\":\"", "\"model\":\"\\x41", StringComparison.Ordinal),
            json.Replace("\"model\":\"", "\"model\":\"\\u12", StringComparison.Ordinal),
            json.Replace("\"model\":\"", "\"model\":007,\"b\":\"", StringComparison.Ordinal),
            json.Replace("\"model\":\"", "\"a\":0x10,\"model\":\"", StringComparison.Ordinal),
            json.Replace("\"model\":\"", "\"a\":Infinity,\"model\":\"", StringComparison.Ordinal),
            json.Replace("\"model\":\"", "\"a\":+1,\"model\":\"", StringComparison.Ordinal),
            json.Replace("\"model\":\"", "\"a\":.5,\"model\":\"", StringComparison.Ordinal),
            json.Replace("\"model\":\"", "\"a\":undefined,\"model\":\"", StringComparison.Ordinal),
            json.Replace("\"model\":\"", "7:1,\"model\":\"", StringComparison.Ordinal),
        ];

    private static IEnumerable<BadRequest> Encodings(string json, byte[] good)
    {
        yield return new BadRequest(Encoding, "", [0xEF, 0xBB, 0xBF, .. good]);
        foreach (
            var encoding in (Encoding[])[new UnicodeEncoding(), new UnicodeEncoding(true, true), new UTF32Encoding()]
        )
        {
            var bytes = encoding.GetBytes(json);
            yield return new BadRequest(Encoding, "", bytes);
            yield return new BadRequest(Encoding, "", [.. encoding.GetPreamble(), .. bytes]);
            yield return new BadRequest(Encoding, "", bytes)
            {
                ContentType = $"application/json; charset={encoding.WebName}",
            };
        }

        foreach (
            var bytes in (byte[][])
                [
                    [0xFF],
                    [0xC0, 0x80],
                    [0xED, 0xA0, 0x80],
                    [0xF5, 0x80, 0x80, 0x80],
                    [0x80],
                ]
        )
        {
            yield return new BadRequest(Encoding, "", [.. bytes, .. good]);
            yield return new BadRequest(Encoding, "", [.. good, .. bytes]);
            yield return new BadRequest(Encoding, "", [(byte)'{', (byte)'"', .. bytes, .. "\":1,"u8, .. good[1..]]);
        }
    }

    private static IEnumerable<BadRequest> Codings(byte[] good)
    {
        foreach (
            var coding in (string[])
                [
                    "zstd",
                    "compress",
                    "x-unknown",
                    "gzip, zstd",
                    "gzip;q=1",
                    "aes128gcm",
                    "*",
                    "gzip,gzip,gzip,gzip,gzip",
                ]
        )
        {
            yield return Coded(coding, good);
        }

        foreach (var coding in (string[])["gzip", "deflate", "br", "x-gzip"])
        {
            var packed = Pack(coding, good);
            var spoilt = packed.ToArray();
            spoilt[packed.Length / 2] ^= 0xFF;
            yield return Coded(coding, good);
            yield return Coded(coding, []);
            yield return Coded(coding, packed[..(packed.Length / 2)]);
            if (coding != "br")
            {
                // Brotli has no check sum: it may well become another text.
                yield return Coded(coding, spoilt);
            }

            yield return Coded($"{coding}, {coding}", packed);
            yield return Coded(coding, Pack(coding, packed));
            yield return Coded(coding, Bomb(coding, 32));
        }

        yield return new BadRequest(Coding, "", Pack("gzip", good));

        static BadRequest Coded(string coding, byte[] body) => new(Coding, "", body) { ContentEncoding = coding };
    }

    private static IEnumerable<BadRequest> Types(byte[] good)
    {
        foreach (
            var type in (string?[])
                [
                    null,
                    "",
                    "text/plain",
                    "application/x-www-form-urlencoded",
                    "application/xml",
                    "nonsense",
                    "application/json; charset=latin1",
                    "application/octet-stream",
                ]
        )
        {
            yield return new BadRequest(ContentType, "", good) { ContentType = type };
        }

        yield return new BadRequest(
            NoJson,
            "",
            [.. "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"u8, .. good, .. "\r\n--b--\r\n"u8]
        )
        {
            ContentType = "multipart/form-data; boundary=b",
        };
    }
}
