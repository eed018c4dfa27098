using System.Text;

namespace CodexProxy.Launcher;

/// <summary>Reads the lines of a file that others write to, and goes on with its successor when it is replaced.</summary>
/// <param name="path">The file; it need not exist yet.</param>
internal sealed class LogReader(string path) : IDisposable
{
    private const int BlockSize = 64 * 1024;

    private readonly StringBuilder _unfinished = new();
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly byte[] _block = new byte[BlockSize];
    private readonly char[] _characters = new char[BlockSize + 1];
    private FileStream? _file;

    /// <summary>Whether there is a file.</summary>
    public bool Exists => File.Exists(path);

    /// <summary>Goes to the beginning of the last lines.</summary>
    /// <param name="lines">How many.</param>
    /// <param name="from">Place in the file before which nothing counts, in bytes.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public void SeekLast(int lines, long from = 0)
    {
        if (_file is null && !TryOpen())
        {
            return;
        }

        var end = _file!.Length;
        var start = end;
        // The end of the last line is not the end of the one before it.
        for (var wanted = lines + 1; start > from; )
        {
            var size = (int)Math.Min(BlockSize, start - from);
            _file.Position = start - size;
            _file.ReadExactly(_block, 0, size);
            for (var i = size - 1; i >= 0; i--)
            {
                var isLast = start - size + i == end - 1;
                if ((_block[i] == '\n' || isLast) && --wanted == 0)
                {
                    _file.Position = isLast ? end : start - size + i + 1;
                    return;
                }
            }

            start -= size;
        }

        _file.Position = Math.Min(from, end);
    }

    /// <summary>The whole lines that were written since the last call.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public IReadOnlyList<string> ReadNew()
    {
        var lines = new List<string>();
        if (_file is null && !TryOpen())
        {
            return lines;
        }

        ReadTo(lines);
        if (WasReplaced())
        {
            // What was written between the last look and its end; its last line will not be finished any more.
            ReadTo(lines);
            TakeRest(lines);
            _file!.Dispose();
            _file = null;
            if (TryOpen())
            {
                ReadTo(lines);
            }
        }

        return lines;
    }

    /// <summary>The last line, if it has no end yet.</summary>
    public IReadOnlyList<string> ReadUnfinished()
    {
        var lines = new List<string>();
        TakeRest(lines);
        return lines;
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private bool TryOpen()
    {
        try
        {
            _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
            return true;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    // A file is put aside when it is large, so its successor is the smaller one at the next look.
    private bool WasReplaced() => new FileInfo(path) is { Exists: true } now && now.Length < _file!.Position;

    private void ReadTo(List<string> lines)
    {
        for (int read; (read = _file!.Read(_block)) > 0; )
        {
            var count = _decoder.GetChars(_block.AsSpan(0, read), _characters, flush: false);
            _unfinished.Append(_characters, 0, count);
        }

        var text = _unfinished.ToString();
        var end = text.LastIndexOf('\n');
        if (end >= 0)
        {
            lines.AddRange(text[..end].Split('\n').Select(line => line.TrimEnd('\r')));
            _unfinished.Clear().Append(text, end + 1, text.Length - end - 1);
        }
    }

    private void TakeRest(List<string> lines)
    {
        if (_unfinished.Length > 0)
        {
            lines.Add(_unfinished.ToString());
            _unfinished.Clear();
        }
    }
}
