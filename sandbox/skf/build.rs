//! A Rust library that ends before a thread that used it takes the thread's destructor with it: the thread's end
//! would jump into nothing. So it stays in memory when its last user lets go of it.
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
}
