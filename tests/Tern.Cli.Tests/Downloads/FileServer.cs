using System.Net;
using System.Net.Sockets;

namespace Tern.Cli.Tests.Downloads;

/// <summary>A file server on this machine. It answers ranges, may cut an answer off, and keeps what it was asked.</summary>
sealed class FileServer : IDisposable
{
    readonly HttpListener listener = new();

    public FileServer()
    {
        Port = FreePort();
        listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
        listener.Start();
        _ = Task.Run(Serve);
    }

    public int Port { get; }

    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>Content by path.</summary>
    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>Bytes after which the next answer is cut off; -1 for none.</summary>
    public int CutAt { get; set; } = -1;

    /// <summary>Whether ranges are answered, or the whole file is sent again.</summary>
    public bool Ranges { get; set; } = true;

    /// <summary>First byte asked for, by request.</summary>
    public List<long> Starts { get; } = [];

    public static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    async Task Serve()
    {
        while (listener.IsListening)
            try
            {
                Answer(await listener.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException or InvalidOperationException)
            {
                // the listener was closed, or an answer was cut off on purpose
            }
    }

    void Answer(HttpListenerContext context)
    {
        HttpListenerResponse response = context.Response;
        if (!Files.TryGetValue(context.Request.Url!.AbsolutePath, out byte[]? content))
        {
            response.StatusCode = 404;
            response.Close();
            return;
        }
        long start = context.Request.Headers["Range"] is { } range ? long.Parse(range["bytes=".Length..^1]) : 0;
        Starts.Add(start);
        if (start > 0 && Ranges)
        {
            response.StatusCode = start >= content.Length ? 416 : 206;
            response.AddHeader("Content-Range", start >= content.Length ? $"bytes */{content.Length}" : $"bytes {start}-{content.Length - 1}/{content.Length}");
        }
        else start = 0;
        byte[] sent = content[(int)Math.Min(start, content.Length)..];
        response.ContentLength64 = sent.Length;
        int cut = CutAt;
        CutAt = -1;
        if (cut >= 0 && cut < sent.Length)
        {
            response.OutputStream.Write(sent, 0, cut);
            response.OutputStream.Flush();
            Thread.Sleep(100); // let it arrive: an aborted connection drops what is on its way
            response.Abort();
            return;
        }
        response.OutputStream.Write(sent);
        response.Close();
    }

    public void Dispose() => listener.Close();
}
