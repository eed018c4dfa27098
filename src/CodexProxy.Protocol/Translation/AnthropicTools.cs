using System.Text.Json;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Translation;

/// <summary>
/// The API's own client-side tools. Their schemas are known to the vendor's models and appear in no request, so they are
/// spelt out here; the client runs them under the same names.
/// </summary>
internal static class AnthropicTools
{
    /// <summary>Description and schema of a tool.</summary>
    public sealed record Known(string Description, JsonElement Schema);

    private static readonly Known Bash = new(
        "Run a command in a persistent bash session on the client machine. Set restart to true to start a new session instead of running a command.",
        Parse(
            """
            {"type":"object","properties":{
            "command":{"type":"string","description":"The shell command to run. Required unless restart is true."},
            "restart":{"type":"boolean","description":"Start a fresh session."}}}
            """
        )
    );

    private static readonly Known Editor = TextEditor("\"view\",\"create\",\"str_replace\",\"insert\"");
    private static readonly Known EditorWithUndo = TextEditor(
        "\"view\",\"create\",\"str_replace\",\"insert\",\"undo_edit\""
    );

    private static readonly Known Memory = new(
        "Read and change the files of a memory folder that lasts between conversations.",
        Parse(
            """
            {"type":"object","properties":{
            "command":{"type":"string","enum":["view","create","str_replace","insert","delete","rename"],"description":"The operation to perform."},
            "path":{"type":"string","description":"Path inside the memory folder."},
            "view_range":{"type":"array","items":{"type":"integer"},"description":"view: first and last line to show."},
            "file_text":{"type":"string","description":"create: full content of the new file."},
            "old_str":{"type":"string","description":"str_replace: exact text to replace."},
            "new_str":{"type":"string","description":"str_replace: replacement text."},
            "insert_line":{"type":"integer","description":"insert: line after which to insert."},
            "insert_text":{"type":"string","description":"insert: text to insert."},
            "old_path":{"type":"string","description":"rename: present path."},
            "new_path":{"type":"string","description":"rename: new path."}},
            "required":["command"]}
            """
        )
    );

    private static readonly string[] FirstActions =
    [
        "key",
        "type",
        "mouse_move",
        "left_click",
        "left_click_drag",
        "right_click",
        "middle_click",
        "double_click",
        "screenshot",
        "cursor_position",
    ];
    private static readonly string[] LaterActions =
    [
        .. FirstActions,
        "left_mouse_down",
        "left_mouse_up",
        "scroll",
        "hold_key",
        "wait",
        "triple_click",
    ];

    /// <summary>The tool's description and schema; null when the type is none of these.</summary>
    public static Known? Find(Tool tool) =>
        tool.IsType("bash_") ? Bash
        : tool.Type is "text_editor_20241022" or "text_editor_20250124" ? EditorWithUndo
        : tool.IsType("text_editor_") ? Editor
        : tool.IsType("memory_") ? Memory
        : tool.IsType("computer_") && !tool.IsType("computer_toolset_") ? Computer(tool)
        : null;

    private static Known Computer(Tool tool)
    {
        IEnumerable<string> actions =
            tool.Type == "computer_20241022" ? FirstActions
            : tool.Type == "computer_20250124" ? LaterActions
            : [.. LaterActions, "zoom"];
        var width = tool.Json.Number("display_width_px");
        var height = tool.Json.Number("display_height_px");
        return new Known(
            $"Use the mouse, keyboard and screen of the client machine. The display is {width} by {height} pixels.",
            Parse(
                $$$"""
                {"type":"object","properties":{
                "action":{"type":"string","enum":[{{{string.Join(
                    ',',
                    actions.Select(action => $"\"{action}\"")
                )}}}],"description":"What to do."},
                "coordinate":{"type":"array","items":{"type":"integer"},"description":"x and y of the target."},
                "start_coordinate":{"type":"array","items":{"type":"integer"},"description":"x and y where a drag begins."},
                "text":{"type":"string","description":"Text to type, or keys to press."},
                "duration":{"type":"number","description":"Seconds to wait or to hold."},
                "scroll_direction":{"type":"string","enum":["up","down","left","right"],"description":"scroll: direction."},
                "scroll_amount":{"type":"integer","description":"scroll: number of steps."},
                "region":{"type":"array","items":{"type":"integer"},"description":"zoom: x0, y0, x1, y1."}},
                "required":["action"]}
                """
            )
        );
    }

    private static Known TextEditor(string commands) =>
        new(
            "View and edit text files on the client machine.",
            Parse(
                $$$"""
                {"type":"object","properties":{
                "command":{"type":"string","enum":[{{{commands}}}],"description":"The operation to perform."},
                "path":{"type":"string","description":"Absolute path of the file or directory."},
                "view_range":{"type":"array","items":{"type":"integer"},"description":"view: first and last line to show; -1 as last means end of file."},
                "file_text":{"type":"string","description":"create: full content of the new file."},
                "old_str":{"type":"string","description":"str_replace: exact text to replace; must occur once."},
                "new_str":{"type":"string","description":"str_replace: replacement text."},
                "insert_line":{"type":"integer","description":"insert: line after which to insert; 0 inserts at the top."},
                "insert_text":{"type":"string","description":"insert: text to insert."}},
                "required":["command","path"]}
                """
            )
        );

    private static JsonElement Parse(string json)
    {
        using var document = SoundJson.Parse(json);
        return document.RootElement.Clone();
    }
}
