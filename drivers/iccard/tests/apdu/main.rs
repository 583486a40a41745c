//! Every APDU that the driver sends, against cards that accept no other.

#[cfg(test)]
mod faults;
#[cfg(test)]
mod own_card;
#[cfg(test)]
mod piv;
#[cfg(test)]
mod pkcs15;
#[cfg(test)]
mod script;
#[cfg(test)]
mod transmission;
