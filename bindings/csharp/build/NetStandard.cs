using System;
using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;

/// Makes of an assembly that was compiled against Mono's own one of .NET Standard 2.0, which mcs cannot compile against. Fails where a type
/// is not in it.
///   NetStandard.exe NETSTANDARD.DLL ASSEMBLY OUT
internal static class NetStandard
{
    private static int Main(string[] args)
    {
        var facade = ModuleDefinition.ReadModule(args[0]);
        var has = new HashSet<string>(facade.ExportedTypes.Select(type => type.FullName));
        var module = ModuleDefinition.ReadModule(args[1]);
        var standard = new AssemblyNameReference("netstandard", new Version(2, 0, 0, 0)) { PublicKeyToken = facade.Assembly.Name.PublicKeyToken };
        var foreign = module.GetTypeReferences().Where(type => type.Scope is AssemblyNameReference).ToList();
        var others = foreign.Where(type => !has.Contains(type.FullName)).ToList();
        foreach (var other in others)
        {
            Console.WriteLine("not in .NET Standard 2.0: " + other.FullName);
        }
        module.AssemblyReferences.Add(standard);
        foreach (var type in foreign.Where(type => type.DeclaringType == null))
        {
            type.Scope = standard;
        }
        foreach (var reference in module.AssemblyReferences.Where(reference => reference != standard).ToList())
        {
            module.AssemblyReferences.Remove(reference);
        }
        module.Write(args[2]);
        Console.WriteLine("  " + foreign.Count + " types of .NET Standard 2.0");
        return others.Count;
    }
}
