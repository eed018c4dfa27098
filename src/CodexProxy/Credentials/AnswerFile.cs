using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CodexProxy.Storage;
using CodexProxy.Telemetry;

namespace CodexProxy.Credentials;

/// <summary>
/// A file beside the login that holds the issuer's answer from the moment it came until its tokens are stored. It begins
/// with a line that names the stored token, so that it can never be taken for the answer to another one. While the login
/// cannot be written, later answers follow the first.
/// </summary>
internal sealed class AnswerFile : IKeptAnswer
{
    // More than any answer: a full disk must show before a token is spent.
    private const int Room = 64 * 1024;

    private readonly string _path;
    private readonly FileStream? _file;
    private bool _isKept;

    private AnswerFile(string path, FileStream? file, bool isKept) => (_path, _file, _isKept) = (path, file, isKept);

    /// <summary>Makes the file and writes its first line, or opens the one that holds answers for this token.</summary>
    /// <param name="path">Where; one for another token, or without a whole answer, is replaced.</param>
    /// <param name="spent">The refresh token that the stored login holds.</param>
    public static AnswerFile Create(string path, Secret spent)
    {
        if (Read(path, spent, out var end) is not null)
        {
            var found = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.Read, bufferSize: 0);
            // What a killed program had only begun to write would hide what follows.
            found.SetLength(end);
            found.Position = end;
            return new AnswerFile(path, found, isKept: true);
        }

        File.Delete(path);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
            PreallocationSize = Room,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var file = new FileStream(path, options);
        try
        {
            AtomicFile.WriteThrough(file, FirstLine(spent));
        }
        catch
        {
            file.Dispose();
            File.Delete(path);
            throw;
        }

        return new AnswerFile(path, file, isKept: false);
    }

    /// <summary>The file that lies there, if it answers for this spent token and is whole; else null.</summary>
    /// <param name="path">Where.</param>
    /// <param name="spent">The refresh token that the stored login holds.</param>
    /// <param name="tokens">What it holds.</param>
    public static AnswerFile? Find(string path, Secret spent, out RefreshedTokens tokens)
    {
        var found = Read(path, spent, out _);
        tokens = found ?? new RefreshedTokens(null, null, null);
        return found is null ? null : new AnswerFile(path, null, isKept: true);
    }

    /// <inheritdoc/>
    public void Keep(ReadOnlySpan<byte> answer)
    {
        var file = _file ?? throw new InvalidOperationException("This answer is kept already.");
        // A part of it is worth keeping too: it is skipped by whoever reads it.
        _isKept = true;
        AtomicFile.WriteThrough(file, answer);
    }

    /// <inheritdoc/>
    public void Forget() => _isKept = false;

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
        if (!_isKept)
        {
            File.Delete(_path);
        }
    }

    // All whole answers, a later one over the one before it; null when there is none for this token.
    private static RefreshedTokens? Read(string path, Secret spent, out long end)
    {
        end = 0;
        if (!File.Exists(path))
        {
            return null;
        }

        var content = File.ReadAllBytes(path);
        var line = FirstLine(spent);
        if (!content.AsSpan().StartsWith(line))
        {
            return null;
        }

        RefreshedTokens? tokens = null;
        end = line.Length;
        var reader = new Utf8JsonReader(
            content.AsSpan(line.Length),
            new JsonReaderOptions { AllowMultipleValues = true }
        );
        try
        {
            while (reader.Read())
            {
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                var read = TokenAnswer.Read(content.AsMemory(line.Length)[start..(int)reader.BytesConsumed]).Tokens;
                tokens = read?.Over(tokens) ?? tokens;
                end = line.Length + reader.BytesConsumed;
            }
        }
        catch (JsonException)
        {
            // The rest was never written to its end.
        }

        return tokens;
    }

    private static byte[] FirstLine(Secret spent) =>
        Encoding.ASCII.GetBytes(
            $"answer for {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(spent.Reveal())))}\n"
        );
}
