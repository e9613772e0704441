//! Ids as each platform writes them, made so that their order as texts is the order in which a world can be asked for
//! them: by time, or by account and then by time.

/// A platform of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Site {
    Bluesky,
    Facebook,
    Instagram,
    Mastodon,
    X,
}

/// All of them, in the order of their names.
pub(crate) const SITES: [Site; 5] = [Site::Bluesky, Site::Facebook, Site::Instagram, Site::Mastodon, Site::X];

/// The share of accounts that each has.
pub(crate) const SHARES: [f64; 5] = [0.18, 0.20, 0.14, 0.06, 0.42];

impl Site {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Bluesky => "bluesky",
            Self::Facebook => "facebook",
            Self::Instagram => "instagram",
            Self::Mastodon => "mastodon",
            Self::X => "x",
        }
    }

    /// Whether ids of posts begin with their account, and so stand in its order.
    pub(crate) const fn by_account(self) -> bool {
        matches!(self, Self::Bluesky | Self::Facebook)
    }

    /// The id of the nth account of the platform. Ids rise with `place`.
    pub(crate) fn account(self, place: u32) -> String {
        let place = u64::from(place);
        match self {
            Self::Bluesky => format!("bluesky:did:plc:{}", did(place)),
            Self::Facebook => format!("facebook:{}", 100_000_000_000_000 + place * 7_919),
            Self::Instagram => format!("instagram:{}", 10_000_000_000 + place * 104_729),
            Self::Mastodon => {
                format!("mastodon:social.example/{}", 109_000_000_000_000_000 + place * 15_485_863)
            }
            Self::X => format!("x:{}", 1_200_000_000_031_415_926 + place * 1_299_709),
        }
    }

    /// The id of what that account posted at this millisecond; an account posts once a millisecond at most.
    pub(crate) fn post(self, place: u32, millis: i64) -> String {
        let bits = u64::from(place);
        let since = |epoch: i64| u64::try_from(millis - epoch).unwrap_or(0);
        match self {
            Self::Bluesky => {
                let tid = base32::<13>((since(0) * 1_000) << 10);
                format!("bluesky:at://did:plc:{}/app.bsky.feed.post/{tid}", did(bits))
            }
            Self::Facebook => {
                format!("facebook:{}_{:013}", 100_000_000_000_000 + bits * 7_919, since(0))
            }
            Self::Instagram => format!("instagram:{:019}", (since(1_314_220_021_721) << 23) | bits),
            Self::Mastodon => format!("mastodon:social.example/{:018}", (since(0) << 16) | (bits & 0xffff)),
            Self::X => format!("x:{:019}", (since(1_288_834_974_657) << 22) | bits),
        }
    }
}

/// 24 letters and digits whose order is that of the numbers, the last ones mixed as those of a real one.
fn did(place: u64) -> String {
    let mixed = (place.wrapping_mul(0x9E37_79B9_7F4A_7C15)).rotate_left(17);
    format!("{}{}", base32::<8>(place * 1_000_003), base32::<16>(mixed))
}

/// In the alphabet whose order as texts is that of the numbers.
fn base32<const N: usize>(number: u64) -> String {
    const DIGITS: &[u8; 32] = b"234567abcdefghijklmnopqrstuvwxyz";
    (0..N)
        .rev()
        .map(|place| {
            let shift = 5 * place as u32;
            let digit = if shift < 64 { (number >> shift) & 31 } else { 0 };
            char::from(DIGITS[digit as usize])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_rise_with_the_account_and_with_time_and_are_ids() {
        for site in SITES {
            let accounts: Vec<String> =
                [0, 1, 2, 9, 1_000, 65_535, 400_000].map(|place| site.account(place)).to_vec();
            assert!(accounts.is_sorted() && accounts.windows(2).all(|two| two[0] != two[1]), "{accounts:?}");
            let at = 1_735_689_600_000;
            let posts: Vec<String> = [(3, at), (3, at + 1), (3, at + 86_400_000), (3, at + 31_536_000_000)]
                .map(|(place, millis)| site.post(place, millis))
                .to_vec();
            assert!(posts.is_sorted() && posts.windows(2).all(|two| two[0] != two[1]), "{posts:?}");
            assert!(site.post(4, at) > site.post(3, at));
            assert_eq!(site.post(4, at) > site.post(3, at + 1), site.by_account(), "{site:?}");
            for id in accounts {
                assert_eq!(id.parse::<someasure_model::AccountId>().unwrap().as_str(), id);
            }
            for id in posts {
                assert_eq!(id.parse::<someasure_model::PostId>().unwrap().as_str(), id);
            }
        }
    }
}
