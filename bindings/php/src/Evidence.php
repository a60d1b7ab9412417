<?php

declare(strict_types=1);

namespace Chexiao;

/** What stands behind it. */
enum Evidence: string
{
    // words: evidence
    /** Nothing that could be checked. */
    case None = 'none';
    /** The gateway signs nothing; the reply came over TLS. It names this call, unless it refuses to look at it. */
    case TlsOnly = 'tls_only';
    /** Signed by the gateway, but the format does not name the order. */
    case SignedUnbound = 'signed_unbound';
    /** Signed by the gateway and naming this very order. */
    case SignedBound = 'signed_bound';
    // end of words
}
