//! What must never happen, for the tests: that a panic ends at the border, and that the JVM's checker sees a broken rule.

use jni::EnvUnowned;
use jni::objects::JClass;

/// Panics on a text with `test-panic` in it.
#[allow(clippy::panic)]
pub(crate) fn panic_if_asked(text: &str) {
    assert!(!text.contains("test-panic"), "asked to");
}

/// Calls JNI with an exception pending.
#[unsafe(no_mangle)]
extern "system" fn Java_io_github_chexiao_Misuse_jni<'a>(env: EnvUnowned<'a>, _: JClass<'a>) {
    let env = env.as_raw();
    // SAFETY: the environment of this call, on its thread; the strings end with NUL. The second lookup breaks the rule on purpose.
    unsafe {
        let find_class = (**env).v1_1.FindClass;
        find_class(env, c"no/such/Class".as_ptr());
        find_class(env, c"java/lang/Object".as_ptr());
        ((**env).v1_1.ExceptionClear)(env);
    }
}
