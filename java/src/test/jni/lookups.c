/* An agent of the JVM: what the library of chexiao, and nobody else, looks up by JNI, a line each, in the file that is its option. With
 * ",full" after that, the library gets no memory for an array. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <jvmti.h>
#include <stdio.h>
#include <string.h>

static FILE *out;
static int full;
static jvmtiEnv *jvmti;
static jniNativeInterface *original;
static jmethodID for_name;

static int is_ours(void *address) {
    Dl_info info;
    return dladdr(address, &info) && info.dli_fname && strstr(info.dli_fname, "libchexiao_jni");
}

static void looked_up(const char *kind, const char *name) {
    fprintf(out, "%s %s\n", kind, name);
    fflush(out);
}

static void looked_up_in(jclass class, const char *kind, const char *name, const char *signature) {
    char *owner = NULL;
    (*jvmti)->GetClassSignature(jvmti, class, &owner, NULL);
    fprintf(out, "%s %s %s %s\n", kind, owner ? owner : "?", name, signature);
    fflush(out);
    (*jvmti)->Deallocate(jvmti, (unsigned char *)owner);
}

static jclass JNICALL find_class(JNIEnv *env, const char *name) {
    if (is_ours(__builtin_return_address(0))) looked_up("class", name);
    return original->FindClass(env, name);
}

static jclass JNICALL define_class(JNIEnv *env, const char *name, jobject loader, const jbyte *bytes, jsize length) {
    if (is_ours(__builtin_return_address(0))) looked_up("definition", name);
    return original->DefineClass(env, name, loader, bytes, length);
}

#define LOOKUP(function, of, type, kind)                                                                 \
    static type JNICALL function(JNIEnv *env, jclass class, const char *name, const char *signature) {   \
        if (is_ours(__builtin_return_address(0))) looked_up_in(class, kind, name, signature);            \
        return original->of(env, class, name, signature);                                                \
    }

LOOKUP(get_method, GetMethodID, jmethodID, "method")
LOOKUP(get_static_method, GetStaticMethodID, jmethodID, "method")
LOOKUP(get_field, GetFieldID, jfieldID, "field")
LOOKUP(get_static_field, GetStaticFieldID, jfieldID, "field")

static jint JNICALL throw_new(JNIEnv *env, jclass class, const char *message) {
    if (is_ours(__builtin_return_address(0))) looked_up_in(class, "method", "<init>", "(Ljava/lang/String;)V");
    return original->ThrowNew(env, class, message);
}

/* Class.forName(name, initialize, loader). */
static jobject JNICALL call_static(JNIEnv *env, jclass class, jmethodID method, const jvalue *arguments) {
    if (method == for_name && is_ours(__builtin_return_address(0))) {
        const char *name = original->GetStringUTFChars(env, arguments[0].l, NULL);
        looked_up("class", name);
        original->ReleaseStringUTFChars(env, arguments[0].l, name);
    }
    return original->CallStaticObjectMethodA(env, class, method, arguments);
}

static jbyteArray JNICALL new_byte_array(JNIEnv *env, jsize length) {
    if (full && is_ours(__builtin_return_address(0))) {
        original->ThrowNew(env, original->FindClass(env, "java/lang/OutOfMemoryError"), "by the test");
        return NULL;
    }
    return original->NewByteArray(env, length);
}

static void JNICALL begun(jvmtiEnv *of, JNIEnv *env, jthread thread) {
    jniNativeInterface *table;
    jclass class = (*env)->FindClass(env, "java/lang/Class");
    (void)thread;
    for_name = (*env)->GetStaticMethodID(env, class, "forName", "(Ljava/lang/String;ZLjava/lang/ClassLoader;)Ljava/lang/Class;");
    (*of)->GetJNIFunctionTable(of, &original);
    (*of)->GetJNIFunctionTable(of, &table);
    table->FindClass = find_class;
    table->DefineClass = define_class;
    table->GetMethodID = get_method;
    table->GetStaticMethodID = get_static_method;
    table->GetFieldID = get_field;
    table->GetStaticFieldID = get_static_field;
    table->ThrowNew = throw_new;
    table->CallStaticObjectMethodA = call_static;
    table->NewByteArray = new_byte_array;
    (*of)->SetJNIFunctionTable(of, table);
}

JNIEXPORT jint JNICALL Agent_OnLoad(JavaVM *vm, char *options, void *reserved) {
    jvmtiEventCallbacks callbacks = {.VMInit = begun};
    char *comma = strchr(options, ',');
    (void)reserved;
    full = comma != NULL;
    if (comma) *comma = 0;
    out = fopen(options, "a");
    if (!out || (*vm)->GetEnv(vm, (void **)&jvmti, JVMTI_VERSION_1_2) != JNI_OK) return JNI_ERR;
    (*jvmti)->SetEventCallbacks(jvmti, &callbacks, sizeof callbacks);
    return (*jvmti)->SetEventNotificationMode(jvmti, JVMTI_ENABLE, JVMTI_EVENT_VM_INIT, NULL) == JVMTI_ERROR_NONE ? JNI_OK : JNI_ERR;
}
