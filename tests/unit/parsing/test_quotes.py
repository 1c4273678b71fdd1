"""Newest text of plain and HTML replies: clients and languages that exporters meet."""

import pytest

from triage.parsing import newest_html, newest_text
from triage.parsing.html import html_to_text
from triage.parsing.quotes import split_text

ATTRIBUTIONS = [
    "On Mon, Mar 2, 2026 at 9:12 AM Sales <sales@seller.example> wrote:",
    "On 02.03.2026 09:12, Sales wrote:",
    "Am 02.03.2026 um 09:12 schrieb Sales:",
    "Am Mo., 2. März 2026 um 09:12 Uhr schrieb Sales <sales@seller.example>:",
    "Sales <sales@seller.example> schrieb am Mo., 2. März 2026, 09:12:",
    "Le lun. 2 mars 2026 à 09:12, Sales <sales@seller.example> a écrit :",
    "El lun, 2 mar 2026 a las 9:12, Sales (<sales@seller.example>) escribió:",
    "Em seg., 2 de mar. de 2026 às 09:12, Sales <sales@seller.example> escreveu:",
    "Il giorno lun 2 mar 2026 alle ore 09:12 Sales <sales@seller.example> ha scritto:",
    "Op ma 2 mrt 2026 om 09:12 schreef Sales <sales@seller.example>:",
    "Den mån 2 mars 2026 kl 09:12 skrev Sales <sales@seller.example>:",
    "man. 2. mar. 2026 kl. 09:12 skrev Sales <sales@seller.example>:",
    "pon., 2 mar 2026 o 09:12 Sales <sales@seller.example> napisał(a):",
    "пн, 2 мар. 2026 г. в 09:12, Sales <sales@seller.example>:",
    "2 марта 2026 г., 09:12, Sales <sales@seller.example> написал:",
    "Sales <sales@seller.example>, 2 Mar 2026 Pzt, 09:12 tarihinde şunu yazdı:",
    "Vào Th 2, 2 thg 3, 2026 lúc 09:12 Sales <sales@seller.example> đã viết:",
    "Pada Sen, 2 Mar 2026 pukul 09.12 Sales <sales@seller.example> menulis:",
    "Sales <sales@seller.example> 于2026年3月2日周一 09:12写道：",
    '在 2026-03-02 09:12:33，"Sales" <sales@seller.example> 写道：',
    "2026年3月2日(月) 9:12 Sales <sales@seller.example>:",
    "2026년 3월 2일 (월) 오전 9:12, Sales <sales@seller.example>님이 작성:",
    "2026-03-02 9:12 GMT+01:00 Sales <sales@seller.example>:",
    'At 2026-03-02 09:12:33, "Sales" <sales@seller.example> wrote:',
    "--- On Mon, 3/2/26, Sales <sales@seller.example> wrote:",
]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
@pytest.mark.parametrize("mark", ["> ", ""])
def test_what_follows_an_attribution_is_cut(attribution: str, mark: str) -> None:
    text = f"We take 500 pcs.\n\n{attribution}\n{mark}Dear Ana,\n{mark}our price is USD 4.\n"
    assert newest_text(text) == "We take 500 pcs."


def test_an_attribution_wrapped_over_three_lines_is_cut() -> None:
    wrapped = "On Mon, Mar 2, 2026 at 9:12 AM Sales Department of the Seller\n<\nsales@seller.example> wrote:"
    assert newest_text(f"Fine.\n\n{wrapped}\n\n> Dear Ana") == "Fine."


HEADER_BLOCKS = [
    "From: Sales <sales@seller.example>\nSent: Monday, March 2, 2026 9:12 AM\nTo: Ana\nSubject: Offer",
    "______________________\nFrom: Sales <sales@seller.example>\nSent: 02 March 2026 09:12\nTo: Ana\nSubject: Offer",
    "-----Original Message-----\nFrom: Sales\nSent: 02 March 2026 09:12\nTo: Ana\nSubject: Offer",
    "*From:* Sales <sales@seller.example>\n*Sent:* 02 March 2026 09:12\n*To:* Ana\n*Subject:* Offer",
    "Von: Sales\nGesendet: Montag, 2. März 2026 09:12\nAn: Ana\nBetreff: Angebot",
    "De : Sales <sales@seller.example>\nEnvoyé : lundi 2 mars 2026 09:12\nÀ : Ana\nObjet : Offre",
    "De: Sales\nEnviado el: lunes, 2 de marzo de 2026 9:12\nPara: Ana\nAsunto: Oferta",
    "De: Sales\nEnviada em: segunda-feira, 2 de março de 2026 09:12\nPara: Ana\nAssunto: Oferta",
    "Da: Sales\nInviato: lunedì 2 marzo 2026 09:12\nA: Ana\nOggetto: Offerta",
    "Van: Sales\nVerzonden: maandag 2 maart 2026 09:12\nAan: Ana\nOnderwerp: Offerte",
    "Fra: Sales\nSendt: 2. marts 2026 09:12\nTil: Ana\nEmne: Tilbud",
    "Från: Sales\nSkickat: den 2 mars 2026 09:12\nTill: Ana\nÄmne: Offert",
    "Lähettäjä: Sales\nLähetetty: 2. maaliskuuta 2026 9:12\nVastaanottaja: Ana\nAihe: Tarjous",
    "Od: Sales\nWysłano: poniedziałek, 2 marca 2026 09:12\nDo: Ana\nTemat: Oferta",
    "От: Sales\nОтправлено: 2 марта 2026 г. 9:12\nКому: Ana\nТема: Предложение",
    "Kimden: Sales\nGönderildi: 2 Mart 2026 Pazartesi 09:12\nKime: Ana\nKonu: Teklif",
    "Từ: Sales\nĐã gửi: 02 Tháng Ba 2026 09:12\nĐến: Ana\nChủ đề: Báo giá",
    "发件人: Sales\n发送时间: 2026年3月2日 9:12\n收件人: Ana\n主题: 报价",
    "寄件者: Sales\n寄件日期: 2026年3月2日 9:12\n收件者: Ana\n主旨: 報價",
    "差出人: Sales\n送信日時: 2026年3月2日 9:12\n宛先: Ana\n件名: 見積",
    "보낸 사람: Sales\n보낸 날짜: 2026년 3월 2일 9:12\n받는 사람: Ana\n제목: 견적",
    "من: Sales\nتاريخ الإرسال: 2026/03/02 09:12\nإلى: Ana\nالموضوع: عرض",
]


@pytest.mark.parametrize("block", HEADER_BLOCKS)
def test_what_follows_a_header_block_is_cut(block: str) -> None:
    assert newest_text(f"We take 500 pcs.\n\n{block}\n\nDear Ana,\nour price is USD 4.\n") == "We take 500 pcs."


@pytest.mark.parametrize(
    "text",
    [
        "On Tuesday I am offline.\nPlease call on Wednesday.",
        "Please quote freight:\nFrom: Shanghai\nTo: Hamburg\nDate: 5 May",
        "Model A: 500 pcs\nModel B: 300 pcs\nSubject: to your confirmation",
        "Our need:\n--------\n500 chairs\n\nTo: be delivered in June",
        "The goods were sent with DHL.\nEnviado por DHL el lunes.",
        "As he wrote: quality first.",
        "From 2024 on we buy 500 t a year: 2024, 2025, 2026.",
        "Data: we need the data sheet.\nA: aluminium\nDa: no",
        "Best regards to your boss.\n\nWe need 5 t of copper wire by May.",
    ],
)
def test_text_that_quotes_nothing_is_left_whole(text: str) -> None:
    assert newest_text(text) == text


def test_answers_between_quotes_are_kept() -> None:
    text = "On 2 March 2026 Sales <sales@seller.example> wrote:\n> Quantity?\n\n500 sets\n\n> Port?\n\nSantos\n"
    assert newest_text(text).split() == ["500", "sets", "Santos"]


def test_a_bare_forward_yields_the_forwarded_words() -> None:
    head = (
        "---------- Forwarded message ---------\nFrom: A <a@b.example>\nDate: 2 March 2026\nSubject: x\nTo: c@d.example"
    )
    assert newest_text(f"{head}\n\nPlease quote 5 t.\n") == "Please quote 5 t."


def test_a_mail_of_quotes_only_is_not_lost() -> None:
    assert newest_text("> 500 pcs please") == "> 500 pcs please"


def test_an_empty_reply_has_no_newest_text() -> None:
    assert newest_text("\nOn 2 March 2026 Sales <sales@seller.example> wrote:\n> Dear Ana\n") == ""


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Envoyé de mon iPhone",
        "Enviado desde mi iPhone",
        "Enviado do meu iPhone",
        "Inviato da iPhone",
        "Verstuurd vanaf mijn iPhone",
        "Skickat från min iPhone",
        "Отправлено с iPhone",
        "发自我的iPhone",
        "iPhoneから送信",
        "나의 iPhone에서 보냄",
        "iPhone'umdan gönderildi",
        "Get Outlook for Android<https://x.example>",
    ],
)
def test_lines_of_telephones_are_signatures(line: str) -> None:
    split = split_text(f"500 pcs please\n\n{line}\n")
    assert (split.newest, split.signature) == ("500 pcs please", line)


def test_signature_and_closing_words_stand_apart_in_the_split() -> None:
    split = split_text("Price?\n\nKind regards\nAna Ruiz\nBuyer, Tienda S.L.\n+34 555 010 020\n")
    assert split.newest.endswith("+34 555 010 020")
    assert split.body == "Price?"
    assert split.signature == "Kind regards\nAna Ruiz\nBuyer, Tienda S.L.\n+34 555 010 020"


def test_the_senders_bare_name_is_a_signature_and_a_product_is_not() -> None:
    assert split_text("Please quote.\n\nAna", "Ana Ruiz ana").signature == "Ana"
    assert split_text("We need:\n\nSteel Pipes", "Ana Ruiz ana").body == "We need:\n\nSteel Pipes"


def test_a_legal_notice_is_no_message() -> None:
    notice = "This e-mail and any files transmitted with it are confidential and intended solely for the use of one."
    split = split_text(
        f"Price of 500 pcs?\n\n{notice}\nIf you received it in error, delete it at once, please, and tell us.\n"
    )
    assert split.body == "Price of 500 pcs?"


QUOTING_HTML = [
    '<div class="gmail_quote"><div class="gmail_attr">On Mon, Sales wrote:<br></div><blockquote>old</blockquote></div>',
    '<div class="moz-cite-prefix">On 3/2/2026 9:12 AM, Sales wrote:</div><blockquote type="cite">old</blockquote>',
    '<div class="yahoo_quoted"><div>On Monday, Sales wrote:</div><div>old</div></div>',
    '<hr><div id="divRplyFwdMsg"><b>From:</b> S &lt;s@x.example&gt;<br><b>Sent:</b> 2 March 2026<br><b>To:</b> A<br>'
    "<b>Subject:</b> x</div><div>old</div>",
    '<div style="border-top:solid #E1E1E1 1pt"><p><b>Von:</b> S<br><b>Gesendet:</b> 2. März 2026<br><b>An:</b> A<br>'
    "<b>Betreff:</b> x</p></div><p>old</p>",
    "<div>------------------&nbsp;原始邮件&nbsp;------------------</div><div><b>发件人:</b> S</div><div>old</div>",
]


@pytest.mark.parametrize("quoted", QUOTING_HTML)
def test_quoted_html_is_taken_out(quoted: str) -> None:
    html = newest_html(f"<html><body><p>We take <b>500</b> pcs.</p>{quoted}</body></html>")
    assert html_to_text(html).strip() == "We take 500 pcs."
    assert "<b>500</b>" in html


def test_an_html_forward_without_own_words_comes_back_whole() -> None:
    html = '<div class="gmail_quote">---------- Forwarded message ---------<br>Please quote.</div>'
    assert newest_html(html) == html
