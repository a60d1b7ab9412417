using System.Collections.Generic;
using System.Linq;
using Chexiao.Json;

namespace Chexiao
{
    /// <summary>Why a configuration does not work: docs/troubleshooting.md lists the findings.</summary>
    public sealed class Diagnosis
    {
        internal Diagnosis(Told told)
        {
            Worst = told.Text("worst");
            Cause = told.Text("cause");
            Status = (int)(told.Number("status") ?? 0);
            Steps = Told.ListOf(told.Any("steps")).Select(step => new Step(step)).ToList();
            ElapsedMs = told.Number("elapsed_ms") ?? 0;
        }

        /// <summary>The worst state of a step.</summary>
        public string Worst { get; }

        /// <summary>The finding of the first failure, or null.</summary>
        public string Cause { get; }

        /// <summary>Its status, or 0.</summary>
        public int Status { get; }

        /// <summary>In their order.</summary>
        public IReadOnlyList<Step> Steps { get; }

        /// <summary>From the first step to the last.</summary>
        public long ElapsedMs { get; }
    }

    /// <summary>One step of a diagnosis.</summary>
    public sealed class Step
    {
        internal Step(Told told)
        {
            Name = told.Text("step");
            Field = told.Text("field");
            State = told.Text("state");
            Finding = told.Text("finding");
            Found = Writer.Write(told.Any("found"));
            Remedy = Writer.Write(told.Any("remedy"));
            Facts = Writer.Write(told.Any("facts"));
        }

        /// <summary>Which it is.</summary>
        public string Name { get; }

        /// <summary>The setting that it is about, or null.</summary>
        public string Field { get; }

        /// <summary>How it went.</summary>
        public string State { get; }

        /// <summary>What was found, in one word, or null.</summary>
        public string Finding { get; }

        /// <summary>What was found, in both languages, as JSON.</summary>
        public string Found { get; }

        /// <summary>What to do, in both languages, as JSON.</summary>
        public string Remedy { get; }

        /// <summary>What was seen, as JSON.</summary>
        public string Facts { get; }
    }
}
