using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using Chexiao;
using Chexiao.Json;

/// The sandbox which bindings/run has started, over plain HTTP: what is counted here is not TLS.
internal static class Sandbox
{
    private static int last;

    internal static string Url => Environment.GetEnvironmentVariable("CHEXIAO_HTTP");

    internal static Dictionary<string, object> Config(string gateway, string url = null)
    {
        var folder = Environment.GetEnvironmentVariable("CHEXIAO_SANDBOX");
        if (folder == null)
        {
            throw new InvalidOperationException("no sandbox: run this by bindings/run csharp");
        }
        var config = (Dictionary<string, object>)Reader.Read(File.ReadAllText(Path.Combine(folder, gateway + ".json")));
        config.Remove("ca_file");
        config["base_url"] = url ?? Url;
        return config;
    }

    internal static Client Client(string url = null) => new Client(Config("wechat", url));

    /// A number of its own, which begins with what the sandbox is to do.
    internal static Dictionary<string, string> Order(string what) => new Dictionary<string, string>
    {
        ["out_trade_no"] = what + "C" + Process.GetCurrentProcess().Id + "N" + DateTime.UtcNow.Ticks % 1000000 + "N"
            + Interlocked.Increment(ref last),
    };

    internal static Told Ask(string what, string json)
    {
        using (var web = new WebClient())
        {
            web.Headers["Content-Type"] = "application/json";
            return Told.Of(web.UploadString(Url + "/_sandbox/" + what, json));
        }
    }

    /// The numbers of the orders for which something was posted.
    internal static HashSet<string> Posted()
    {
        using (var web = new WebClient())
        {
            var orders = Told.ListOf(Told.Of(web.DownloadString(Url + "/_sandbox/orders")).Any("orders"));
            return new HashSet<string>(orders.Where(order => order.Number("posts") > 0).Select(order => order.Text("order")));
        }
    }

    /// Takes connections and never answers; `heard` when the first bytes have come.
    internal static (TcpListener server, string address, ManualResetEventSlim heard) Deaf()
    {
        var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var heard = new ManualResetEventSlim();
        server.BeginAcceptSocket(accepted =>
        {
            var connection = server.EndAcceptSocket(accepted);
            connection.Receive(new byte[1]);
            heard.Set();
        }, null);
        return (server, server.LocalEndpoint.ToString(), heard);
    }
}
