//! `enter OBJECT FUNCTION`: a process that calls a function of a software library, for the tests of what that can
//! do to a process.
#![allow(clippy::print_stdout, reason = "a programme")]

use tongguan_sandbox_ukey::SoftLibrary;

fn main() {
    let mut arguments = std::env::args().skip(1);
    if let (Some(object), Some(function)) = (arguments.next(), arguments.next()) {
        SoftLibrary::at(object.as_ref()).enter(&function);
        println!("returned");
    }
}
