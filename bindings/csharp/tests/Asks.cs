using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Chexiao;
using Chexiao.Json;

/// Does what tests/c/program.py asks: reads netstrings, each time a verb and a text, and answers with two, status and document, which it
/// writes anew from the types of the package. With `many N` it closes N orders at once instead, with `starved` some without descriptors.
internal static class Asks
{
    private static readonly List<Client> All = new List<Client>();
    private static readonly Stream In = new BufferedStream(Console.OpenStandardInput()), Out = Console.OpenStandardOutput();
    private static Client client;
    private static Request request;

    private static int Main(string[] args)
    {
        if (args.Length == 2 && args[0] == "many")
        {
            return new Many(int.Parse(args[1])).IsFine(int.Parse(args[1])) ? 0 : 1;
        }
        if (args.Length == 1 && args[0] == "starved")
        {
            return Starved.Recovers() ? 0 : 1;
        }
        for (string verb; (verb = Read()) != null;)
        {
            var (status, document) = Answer(verb, Read());
            Write(status.ToString());
            Write(document);
            Out.Flush();
        }
        return 0;
    }

    private static string Read()
    {
        var length = "";
        int next;
        while ((next = In.ReadByte()) != ':')
        {
            if (next < 0)
            {
                return null;
            }
            length += (char)next;
        }
        var text = new byte[int.Parse(length) + 1];
        for (var at = 0; at < text.Length; at += In.Read(text, at, text.Length - at))
        {
        }
        return Encoding.UTF8.GetString(text, 0, text.Length - 1);
    }

    private static void Write(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var all = Encoding.ASCII.GetBytes(bytes.Length + ":").Concat(bytes).Concat(new[] { (byte)',' }).ToArray();
        Out.Write(all, 0, all.Length);
    }

    private static (int, string) Answer(string verb, string text)
    {
        try
        {
            return Told(verb, text);
        }
        catch (ChexiaoException failed)
        {
            return ((int)failed.Kind, failed.ToJson());
        }
    }

    private static (int, string) Told(string verb, string text)
    {
        switch (verb)
        {
            case "open":
                client?.Dispose();
                return Opened(text);
            case "another":
                All.Add(client);
                return Opened(text);
            case "warm":
                client.WarmAsync().GetAwaiter().GetResult();
                return (0, "{}");
            case "sign":
                request = client.Sign(Call.FromJson(text));
                return (0, request.ToJson());
            case "send":
                return Coded(client.SendAsync(Call.FromJson(text)).GetAwaiter().GetResult());
            case "verify":
                return Coded(client.Verify(request, ReplyOf(text)));
            case "verify_call":
                var answer = client.VerifyCall(request, ReplyOf(text));
                return (answer.IsAuthentic ? 0 : (int)Code.Unknown, answer.ToJson());
            case "notification":
                var notice = client.Notification(MessageOf(text));
                return ((int)notice.Event, notice.ToJson());
            default:
                throw new ArgumentException(verb);
        }
    }

    private static (int, string) Opened(string text)
    {
        client = null;
        client = new Client(text);
        return (0, "{}");
    }

    private static (int, string) Coded(Outcome outcome) => ((int)outcome.Code, outcome.ToJson());

    private static Reply ReplyOf(string text)
    {
        var reply = Chexiao.Json.Told.Of(text).Object("reply");
        return new Reply((int)reply.Number("status"), reply.Texts("headers"), reply.Bytes("body_base64"));
    }

    private static Message MessageOf(string text)
    {
        var told = Chexiao.Json.Told.Of(text);
        return new Message(told.Texts("headers"), told.Bytes("body_base64")) { Url = told.Text("url"), Expect = told.Texts("expect") };
    }
}
