using CodexProxy.Terminals;
using QRCoder;

namespace CodexProxy.Commands;

/// <summary>An address as a picture for the camera of a phone.</summary>
internal static class QrPicture
{
    /// <summary>Draws the picture where a person sits who can see all of it.</summary>
    /// <returns>Whether it was drawn.</returns>
    public static bool TryWrite(Terminal terminal, Uri address)
    {
        // Screens have no stains: the weakest correction makes the smallest picture.
        using var code = QRCodeGenerator.GenerateQrCode(address.AbsoluteUri, QRCodeGenerator.ECCLevel.L);
        var rows = code.ModuleMatrix.Select(row => row.Cast<bool>().ToArray()).ToArray();
        if (!terminal.IsInteractive || (terminal.Width > 0 && rows.Length > terminal.Width))
        {
            return false;
        }

        terminal.Picture(rows);
        return true;
    }
}
