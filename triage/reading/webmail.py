"""Mail services that anyone can use, and top-level domains that say nothing of a country."""

FREE_MAIL = frozenset(
    "gmail.com googlemail.com yahoo.com ymail.com rocketmail.com hotmail.com outlook.com live.com msn.com aol.com icloud.com me.com mac.com "
    "gmx.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de freenet.de mail.com email.com proton.me protonmail.com pm.me tutanota.com tuta.io "
    "zoho.com yandex.ru yandex.com ya.ru mail.ru inbox.ru list.ru bk.ru rambler.ru ukr.net i.ua meta.ua qq.com foxmail.com 163.com 126.com "
    "yeah.net sina.com sina.cn sohu.com 139.com 189.cn aliyun.com tom.com naver.com hanmail.net daum.net nate.com yahoo.co.jp yahoo.co.uk "
    "yahoo.fr yahoo.de yahoo.es yahoo.it yahoo.in yahoo.co.in yahoo.com.br yahoo.com.mx yahoo.com.ar yahoo.com.vn yahoo.com.tw yahoo.com.hk "
    "yahoo.co.id yahoo.ca hotmail.fr hotmail.es hotmail.it hotmail.de hotmail.co.uk live.fr live.it live.de live.nl live.co.uk outlook.fr "
    "outlook.es outlook.de outlook.it outlook.com.br orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr libero.it virgilio.it alice.it "
    "tiscali.it tin.it uol.com.br bol.com.br terra.com.br ig.com.br globo.com wp.pl o2.pl onet.pl interia.pl op.pl poczta.fm seznam.cz "
    "centrum.cz email.cz azet.sk abv.bg mail.bg rediffmail.com btinternet.com sky.com talktalk.net comcast.net verizon.net att.net "
    "sbcglobal.net bellsouth.net cox.net charter.net shaw.ca rogers.com bigpond.com optusnet.com.au xtra.co.nz telefonica.net "
    "telkom.net docomo.ne.jp ezweb.ne.jp nifty.com walla.com walla.co.il bezeqint.net mynet.com telenet.be skynet.be ziggo.nl "
    "kpnmail.nl planet.nl home.nl telia.com bredband.net online.no freemail.hu citromail.hu hushmail.com fastmail.com inbox.lv".split()
)
"""Domains where an address costs nothing and proves nothing."""

GENERIC_TLDS = frozenset("io co ai me tv cc ws fm to ly gg sh so la vc bz nu ac tk ml ga cf gq pw su st eu asia im is".split())
"""Country domains sold the world over: no evidence of a country. (`is` and `eu` too: often a word, or many countries.)"""


def is_free_mail(domain: str) -> bool:
    return domain.lower() in FREE_MAIL


def country_of_domain(domain: str) -> str | None:
    """ISO alpha-2 of a country-code domain that is used as such."""
    tld = domain.lower().rpartition(".")[2]
    if len(tld) != 2 or not tld.isascii() or not tld.isalpha() or tld in GENERIC_TLDS:
        return None
    return "GB" if tld == "uk" else tld.upper()
