mono=/usr/lib/mono cs=$OUT/csharp
need "Mono with its compiler and Cecil" "mcs --version && [ -e $mono/4.5/Facades/netstandard.dll ] && [ -e $mono/gac/Mono.Cecil ]" mono-devel
need "NUnit 2.6" "command -v nunit-console && [ -e /usr/lib/cli/nunit.framework-2.6.3 ]" nunit-console libnunit-cil-dev
need nuget "command -v nuget" nuget
need pip "python3 -m pip --version" python3-pip

standard=$mono/4.5/Facades/netstandard.dll
cecil=$(printf '%s\n' "$mono"/gac/Mono.Cecil/*/Mono.Cecil.dll | sort -V | tail -n 1)
nunit=$(printf '%s\n' /usr/lib/cli/nunit.framework-*/nunit.framework.dll | tail -n 1)
export CHEXIAO_ROOT=$ROOT MONO_PATH=$cs/lib
compile="mcs -nologo -langversion:7.2 -warnaserror -optimize"

rm -rf "$cs" "$OUT/nuget" "$OUT/csharp-example"
mkdir -p "$cs/lib" "$cs/mono" "$OUT/nuget" "$OUT/csharp-example"
passes "csharp: compiles" $compile -target:library -doc:"$cs/lib/Chexiao.xml" -out:"$cs/mono/Chexiao.dll" $(find bindings/csharp/src -name '*.cs')
$compile -r:"$cecil" -out:"$cs/mono/NetStandard.exe" bindings/csharp/build/NetStandard.cs
passes "csharp: is of .NET Standard 2.0" mono "$cs/mono/NetStandard.exe" "$standard" "$cs/mono/Chexiao.dll" "$cs/lib/Chexiao.dll"
$compile -r:"$cs/lib/Chexiao.dll" -r:"$standard" -r:"$nunit" -out:"$cs/Chexiao.Tests.exe" bindings/csharp/tests/*.cs
says "csharp: tests" 'Tests run: [1-9].* Inconclusive: 0,.* Not run: 0,' nunit-console -nologo -labels -noresult -work:"$cs" "$cs/Chexiao.Tests.exe"
passes "csharp: descriptors that ran out come back" mono "$cs/Chexiao.Tests.exe" starved
tables csharp mono "$cs/Chexiao.Tests.exe"

# The same assemblies under .NET Core, whose runtime its vendor has in a wheel: NUnit 2.6 does not run there.
core=$OUT/dotnet/dotnetcore2/bin/dotnet
[ -x "$core" ] || { python3 -m pip --quiet download --no-deps -d "$OUT/dotnet" dotnetcore2==3.1.23 && python3 -m zipfile -e "$OUT"/dotnet/*.whl "$OUT/dotnet" &&
    chmod +x "$core"; }
cp "$cs/lib/Chexiao.dll" "$cs"
printf '%s' '{"runtimeOptions": {"framework": {"name": "Microsoft.NETCore.App", "version": "3.1.23"},' \
    ' "configProperties": {"System.Globalization.Invariant": true}}}' >"$cs/core.json"
core=("$core" exec --runtimeconfig "$cs/core.json" "$cs/Chexiao.Tests.exe")
passes "csharp: 64 tasks under .NET Core" "${core[@]}" many 64
passes "csharp: 1,000 tasks under .NET Core" "${core[@]}" many 1000
tables "csharp under .NET Core" "${core[@]}"

# An empty project of somebody else's, from a local feed.
passes "csharp: nuget packs it" env HOME="$cs" nuget pack bindings/csharp/Chexiao.nuspec -BasePath "$cs" -OutputDirectory "$OUT/nuget" -NonInteractive
passes "csharp: nuget installs it" env HOME="$cs" nuget install Chexiao -Source "$OUT/nuget" -OutputDirectory "$OUT/csharp-example" -NonInteractive
installed=$(printf '%s\n' "$OUT"/csharp-example/Chexiao.*/lib/netstandard2.0/Chexiao.dll)
compiled() { # program: the command that compiles and runs it
    page=(bash -c "$compile -r:'$installed' -r:'$standard' -out:'$cs/$1.exe' '$cs/$1.cs' && MONO_PATH='$(dirname "$installed")' exec mono '$cs/$1.exe' \"\$@\"" "$1")
}
compiled Close
example csharp csharp csharp "$cs/Close.cs" "${page[@]}" "$OUT/sandbox/wechat.json"
compiled Hear
hears csharp csharp csharp "$cs/Hear.cs" "${page[@]}"
