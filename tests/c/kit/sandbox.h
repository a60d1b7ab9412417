/* Configurations and calls for the sandbox that tests/c/run has started. The caller frees the texts. */
#ifndef KIT_SANDBOX_H
#define KIT_SANDBOX_H

/* The sandbox's configuration of a gateway: over TLS with its ca_file; or with another base_url (plain HTTP, no ca_file) if
 * `base_url` is not NULL. `extra` is put first, such as "\"deadline_ms\":2000,"; "" for nothing. */
char *config_of(const char *gateway, const char *base_url, const char *extra);

/* A call that closes an order of this number. */
char *call_of(const char *gateway, const char *number);

/* An order number nobody has used in this sandbox; its prefix chooses what happens (see `chexiao sandbox`). */
char *new_number(const char *prefix);

extern const char *const GATEWAYS[5];

#endif
