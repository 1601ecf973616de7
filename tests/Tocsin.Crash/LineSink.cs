using System.Net;
using System.Net.Sockets;

namespace Tocsin.Crash;

/// <summary>The world outside: writes each line that arrives to a log, then says so. Never killed.</summary>
internal static class LineSink
{
    public static async Task<int> RunAsync(string path)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(backlog: 512);
        await using var log = new StreamWriter(path) { AutoFlush = true };
        Console.WriteLine(((IPEndPoint)listener.LocalEndpoint).Port);
        while (true) _ = ServeAsync(await listener.AcceptTcpClientAsync(), log);
    }

    private static async Task ServeAsync(TcpClient client, StreamWriter log)
    {
        using (client)
        {
            try
            {
                using var reader = new StreamReader(client.GetStream());
                if (await reader.ReadLineAsync() is not { } line) return;
                lock (log) log.WriteLine(line);
                await client.GetStream().WriteAsync("ok\n"u8.ToArray());
            }
            catch (IOException) { return; /* the sender was killed in the middle */ }
        }
    }
}
