#define FFI_SCOPE "chexiao"
#define FFI_LIB "libchexiao.so.0"

typedef int32_t chexiao_status;
uint32_t chexiao_abi_version(void);
const char *chexiao_version(void);
const char *chexiao_status_name(chexiao_status status);
chexiao_status chexiao_gateways(char **out);
chexiao_status chexiao_diagnose(const char *config, size_t config_len, char **out);
chexiao_status chexiao_client_new(const char *config, size_t config_len, uint64_t *client, char **out);
chexiao_status chexiao_client_free(uint64_t client);
chexiao_status chexiao_sign(uint64_t client, const char *call, size_t call_len, char **out);
chexiao_status chexiao_send(uint64_t client, const char *call, size_t call_len, char **out);
chexiao_status chexiao_warm(uint64_t client, char **out);
chexiao_status chexiao_verify(uint64_t client, const char *exchange, size_t exchange_len, char **out);
chexiao_status chexiao_verify_notification(uint64_t client, const char *message, size_t message_len, char **out);
chexiao_status chexiao_encrypt_field(uint64_t client, const char *text, size_t text_len, char **out);
chexiao_status chexiao_decrypt_field(uint64_t client, const char *field, size_t field_len, char **out);
void chexiao_string_free(char *string);
chexiao_status chexiao_queue_new(uint32_t capacity, uint64_t *queue, char **out);
chexiao_status chexiao_queue_submit(uint64_t queue, uint64_t client, uint64_t tag, const char *call, size_t call_len, char **out);
chexiao_status chexiao_queue_take(uint64_t queue, uint32_t timeout_ms, uint64_t *tag, chexiao_status *status, char **out);
chexiao_status chexiao_queue_fd(uint64_t queue, int *fd, char **out);
chexiao_status chexiao_queue_free(uint64_t queue, char **out);
