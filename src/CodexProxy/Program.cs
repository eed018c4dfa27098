Console.WriteLine("codex-proxy");
