//! What tokens put behind a certificate.

use tongguan_core::domain::Certificate;

fn cut(file: &[u8]) -> &[u8] {
    Certificate::without_filling(file)
}

#[test]
fn a_certificate_loses_its_filling_and_nothing_else() {
    let der = [0x30, 0x82, 0, 2, 7, 8];
    assert_eq!(cut(&der), der);
    assert_eq!(cut(&[0x30, 0x82, 0, 2, 7, 8, 0, 0]), der);
    assert_eq!(cut(&[0x30, 0x82, 0, 2, 7, 8, 0, 1]).len(), 8);
    assert_eq!(cut(&[0x30, 0x82, 0xFF, 0xFF, 7]).len(), 5);
    assert_eq!(cut(&[]), [] as [u8; 0]);
}

#[test]
fn what_fills_the_file_behind_the_certificate_is_left_out() {
    let der = [&[0x30, 0x82, 0x01, 0x00][..], &[7; 256]].concat();
    assert_eq!(cut(&der), der);
    for fill in [0, 0xFF] {
        assert_eq!(cut(&[&der[..], &[fill; 40]].concat()), der);
    }
    let other = [&der[..], &[1, 2]].concat();
    assert_eq!(cut(&other), other);
    assert_eq!(cut(&der[..100]), &der[..100]);
}
